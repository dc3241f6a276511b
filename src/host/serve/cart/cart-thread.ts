// The program of the thread that serves one cart: connects the cart, its recorder and its pages with the main thread.

import { parentPort, workerData } from "node:worker_threads"
import { dateMs } from "../../clock"
import { type RunningConsole, serveConsole } from "../../console/console-server"
import { Follower } from "../../follow/follower"
import { RunLibrary } from "../../console/run/run-library"
import { CartConnection } from "../../link/thread/cart-connection"
import { ReferenceStore } from "../../references/reference-store"
import type { CartTask, FromCart, ToCart } from "../cart-messages"
import { CartQuestions } from "./cart-questions"
import { CartRuns } from "./cart-runs"
import { ServedCart, type ServedCartOptions } from "./served-cart"
import { ThreadFigures } from "./thread-figures"

const FIGURES_MS = 1000

const main = parentPort!
const tell = (message: FromCart): void => main.postMessage(message)

class CartThread {
    private readonly questions = new CartQuestions(tell)
    private readonly measured = new ThreadFigures()
    private readonly runs: CartRuns
    private readonly cart: ServedCart
    private readonly reporting: NodeJS.Timeout

    constructor(
        task: CartTask,
        follower: Follower | undefined,
        private readonly live: RunningConsole | undefined
    ) {
        const { boardId } = task
        const say: ServedCartOptions["say"] = notice => {
            tell({ kind: "say", notice: { ...notice, board: boardId } })
            // Where its run is must be known if this thread fails.
            if (notice.kind === "run") this.report()
        }
        this.runs = new CartRuns({
            ...{ task, say },
            isLedByUnit: () => this.cart.isLedByUnit,
            stopCart: () => this.cart.stopCart(),
            showMessage: text => follower?.view.showMessage(text),
        })
        this.cart = new ServedCart({
            ...{ boardId, follower, say },
            log: (entry, text) => tell({ kind: "log", entry, text }),
            ask: task.asks ? this.questions.ask : undefined,
            recorder: receiver => this.runs.record(receiver),
            onLeft: () => {
                tell({ kind: "left" })
                this.report()
            },
        })
        this.reporting = setInterval(() => this.report(), FIGURES_MS)
        this.report()
    }

    take(message: ToCart): void {
        switch (message.kind) {
            case "cart":
                return this.cart.connected(new CartConnection(message.port))
            case "yes":
                return this.questions.answered(message.question)
            case "drop":
                return this.drop(message.done)
            case "close":
                void this.close()
        }
    }

    private report(): void {
        const { cart, runs, live, measured } = this
        const liveUrl = live?.url ?? null
        const figures = { ...cart.figures(), ...runs.figures(), ...measured.take(), liveUrl }
        tell({ kind: "figures", figures })
    }

    /** The main thread waits for it, and exits. */
    private drop(done: Int32Array): void {
        this.cart.recorder.drop()
        Atomics.store(done, 0, 1)
        Atomics.notify(done, 0)
    }

    private async close(): Promise<void> {
        await this.cart.disconnect()
        await this.runs.close()
        await this.live?.close()
        clearInterval(this.reporting)
        this.measured.close()
        this.report()
        main.close()
    }
}

function followerOf({ references }: CartTask, onFrame: () => void): Follower {
    return new Follower({
        ...{ target: "cart", references: new ReferenceStore(references) },
        ...{ dateMs, nowMs: () => performance.now(), onFrame },
    })
}

async function started(): Promise<CartThread> {
    const { data: task } = workerData as { data: CartTask }
    if (!task.bedside) return new CartThread(task, undefined, undefined)
    const follower: Follower = followerOf(task, () => live.refresh())
    const runs = new RunLibrary({ parent: task.runs, choice: {}, report: () => undefined })
    const live = await serveConsole({ runs, live: follower.view, start: "live" }, 0)
    return new CartThread(task, follower, live)
}

// Messages that come before it is ready wait in their order.
const thread = started()
main.on("message", (message: ToCart) => void thread.then(one => one.take(message)))
