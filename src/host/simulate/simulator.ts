// The simulator: a virtual cart with its bedside unit, and the host that follows it, on one clock that keeps to the wall clock.

import type { VirtualClock } from "../../../boards/virtual/vm/virtual-clock"
import * as machine from "../../shared/cart-machine"
import { catheterOf } from "../../shared/acquisition/catheters"
import { GOOD, EVENT_STATE } from "../../shared/codes"
import type { Restart, Status } from "../../shared/protocol/messages"
import { dateMs } from "../clock"
import { combineListeners } from "../run/combine-listeners"
import type { LiveView } from "../console/live-view"
import { Follower } from "../follow/follower"
import type { Review } from "../follow/run-messages"
import { RunThread } from "../follow/run-thread"
import { ReferenceStore } from "../references/reference-store"
import type { RunListener } from "../run/run-receiver"
import { aboutNothing, type OnDiskFull, type RunAbout } from "../runs/run-about"
import { RunRecorder } from "../runs/run-recorder"
import { CausedFaults } from "./caused-faults"
import { FAULT_LESSONS } from "./fault-lessons"
import { Lesson } from "./lesson"
import type { PageRequest, ReviewState, SimulatorState, Tone } from "./messages"
import { offeredLessons } from "./offered-lessons"
import { PracticeCart } from "./practice-cart"
import { RealTimeMeter } from "./real-time"
import { shownCart } from "./shown-cart"
import { SimulatorClock } from "./simulator-clock"
import type { ShownSimulator } from "./simulator-sockets"
import { Surprise } from "./surprise"

/** How long a message stays. */
const MESSAGE_MS = 8000
/** Tones are looked for this often. */
const TONES_US = 20_000
const TARGET = "simulator"
const ASKED = "nothing: a run that was started at a bedside unit"

export interface SimulatorOptions {
    readonly catheterId: string
    readonly seed: number
    /** Folder of the ring-down references. */
    readonly references: string
    /** The folder for the folders of runs; it exists. */
    readonly out: string
    /** What the user says of all runs. */
    readonly about?: Pick<RunAbout, "patient" | "study" | "site">
    /** What becomes of a run when the disk takes no more. */
    readonly onDiskFull?: OnDiskFull
    /** Threads for the results of a run, which share the computer with the simulation. */
    readonly workers?: number
    /** Left out, one that follows the wall clock. */
    readonly clock?: VirtualClock
    /** Called when there is a new picture. */
    readonly onFrame: () => void
    readonly onTone: (tone: Tone) => void
    readonly print: (line: string) => void
}

export class Simulator implements ShownSimulator {
    private practice!: PracticeCart
    private readonly clock: SimulatorClock
    private readonly meter: RealTimeMeter
    private readonly follower: Follower
    private readonly recorder: RunRecorder
    private readonly thread: RunThread
    private readonly faults: CausedFaults
    private readonly surprise: Surprise
    private readonly lesson = new Lesson()
    private status: Status | undefined
    private boots: number | undefined
    /** Pullbacks that have begun. */
    private runs = 0
    /** The number of the pullback of each recorded run. */
    private readonly numbers = new Map<number, number>()
    /** How the latest pullback ended, until the sled is ready for another one. */
    private outcome: number | undefined
    private review: ReviewState | null = null
    private message: { readonly text: string; readonly untilMs: number } | undefined
    private tonesSent = 0
    private wasTooSlow = false
    private isOver = false

    private constructor(private readonly options: SimulatorOptions) {
        const { references, out, print } = options
        this.clock = new SimulatorClock(options.clock)
        const { clock } = this.clock
        this.follower = new Follower({
            ...{ target: TARGET, references: new ReferenceStore(references), dateMs },
            nowMs: () => performance.now(),
            onFrame: options.onFrame,
        })
        this.thread = new RunThread({
            task: {
                ...{ runs: out, references, asked: ASKED, workers: options.workers ?? 1 },
                about: aboutOf(options),
            },
            report: print,
            onReview: review => this.onReview(review),
            onWritten: () => undefined,
            onDiskError: (message, number) => this.onDiskError(message, number),
        })
        this.recorder = new RunRecorder(() => this.practice.cart.receiver, {
            ...{ begin: this.thread.begin, dateMs },
            onBegin: ({ number }) => void this.numbers.set(number, this.runs),
            after: (ms, action) => void clock.after(1000 * ms, action),
            report: line => this.tell(line),
        })
        this.faults = new CausedFaults(
            offeredLessons(FAULT_LESSONS, catheterOf(options.catheterId)!),
            name => this.practice.cause(name, () => this.faults.ended(name)),
            {
                nowUs: () => this.practice.nowUs(),
                positionMm: timeUs => this.practice.positionMm(timeUs),
                speedMmPerS: () => this.practice.speedMmPerS(),
                driveStopUs: fromUs => this.practice.driveStopUs(fromUs),
            }
        )
        this.surprise = new Surprise(this.faults, clock, options.seed)
        this.meter = new RealTimeMeter({
            wallMs: () => performance.now(),
            simulatedMs: () => clock.nowUs / 1000,
            behindMs: () => this.clock.behindMs,
            processorMs: () => {
                const { user, system } = process.cpuUsage()
                return (user + system) / 1000
            },
        })
    }

    /** @throws RunError when the virtual cart cannot be calibrated */
    static async boot(options: SimulatorOptions): Promise<Simulator> {
        const simulator = new Simulator(options)
        const { catheterId, seed } = options
        simulator.practice = await PracticeCart.boot({
            ...{ catheterId, seed, clock: simulator.clock },
            listener: ({ session }) => {
                simulator.follower.attach(session)
                // The number of a pullback before its run.
                return combineListeners(
                    simulator.follower.listener,
                    simulator.listener,
                    simulator.recorder.listener
                )
            },
            onLost: () => simulator.onLost(),
        })
        simulator.live.receiver = simulator.practice.cart.receiver
        return simulator
    }

    /** The live picture. */
    get live(): LiveView {
        return this.follower.view
    }

    /** Runs until {@link stop}, then finishes the results of a run that has ended. */
    async run(): Promise<void> {
        this.live.clockLagMs = () => this.clock.behindMs
        this.passTones()
        await this.practice.run(() => this.isOver)
        await this.recorder.close()
        await this.thread.close()
    }

    stop(): void {
        this.isOver = true
    }

    /** Ends at once: what was received of runs without results is kept. */
    drop(): void {
        this.recorder.drop()
    }

    state(): SimulatorState {
        const { unit, buttons, isEstopPressed } = this.practice
        const realTime = this.meter.measure()
        if (realTime.isTooSlow && !this.wasTooSlow)
            this.options.print(
                `This computer is too slow: ${realTime.factor.toFixed(2)} of real time. All that moves is slower than in reality; nothing fails because of it.`
            )
        this.wasTooSlow = realTime.isTooSlow
        return {
            type: "state",
            realTime,
            run: this.runs,
            catheter: this.options.catheterId,
            unit: {
                plugged: unit.isPlugged,
                cartHeard: unit.isPlugged && this.status?.control === machine.HOLDER_UNIT,
                pressed: buttons.pressed,
                lamps: unit.lamps.map(lamp => Math.round(100 * lamp) / 100),
                estopPressed: isEstopPressed,
            },
            cart: shownCart(
                this.status,
                this.practice.cart.receiver.description,
                this.outcome,
                this.practice.speedMmPerS()
            ),
            lesson: this.lesson.state(),
            faults: this.faults.states(),
            review: this.review,
            makingRun: this.makingRun,
            message: this.shownMessage,
        }
    }

    display(): Uint8Array {
        return this.practice.unit.display.packed
    }

    get displayVersion(): number {
        return this.practice.unit.display.version
    }

    handle(request: PageRequest, page: object): string | undefined {
        const { practice, faults } = this
        if ("press" in request) practice.buttons.press(request.press, page)
        else if ("release" in request) practice.buttons.release(request.release, page)
        else if ("releaseAll" in request) practice.buttons.releaseAll(page)
        else if ("turn" in request) practice.unit.turn(request.turn)
        else if ("estop" in request) practice.setEstop(request.estop)
        else if ("cable" in request) practice.setCable(request.cable)
        else if ("cause" in request) return faults.cause(request.cause)
        else if ("undo" in request) return faults.undo(request.undo)
        else if ("reviewed" in request) this.reviewed(request.reviewed)
        else return this.surprise.ask(this.status?.state === machine.STATE_PULLING)
        return undefined
    }

    leave(page: object): void {
        this.practice.buttons.releaseAll(page)
    }

    private readonly listener: RunListener = {
        onStatus: status => {
            this.status = status
            this.onState(status.state)
            this.faults.onStatus(status)
        },
        onEvent: ({ code, value }) => {
            if (code === EVENT_STATE) this.onState(value)
        },
        onEnd: ({ outcome }) => void (this.outcome = outcome),
        onRestart: restart => this.onRestart(restart),
    }

    private onState(state: number): void {
        if (state === machine.STATE_PULLING && this.lesson.cartState !== state) {
            this.runs++
            this.review = null
            this.outcome = GOOD
            this.surprise.onPulling()
        }
        if (state === machine.STATE_READY) this.outcome = undefined
        this.lesson.onState(state)
    }

    private reviewed(run: number): void {
        if (run === this.runs) this.lesson.onReviewed()
    }

    private get makingRun(): number | null {
        const run = this.recorder.making
        return run ? this.numbers.get(run.number)! : null
    }

    private onReview({ number, ...review }: Review): void {
        const run = this.numbers.get(number)!
        // One of a run before would stand below what is shown of this one.
        if (run === this.runs) this.review = { ...review, run }
    }

    private onRestart({ boots }: Restart): void {
        if (this.boots !== undefined && this.boots !== boots) this.faults.onRestart()
        this.boots = boots
    }

    private onLost(): void {
        this.status = undefined
        this.faults.onLost()
        this.recorder.lost()
        this.live.linkLost("The link to the cart was lost; the host waits until it connects again.")
    }

    /** The unit leads: it is told, and the sled goes on. */
    private onDiskError(message: string, number: number): void {
        const { print, onDiskFull = "stop" } = this.options
        const isStopping = onDiskFull === "stop"
        const what = isStopping
            ? "The run ends here, with what came; the sled goes on, as its bedside unit leads."
            : "The run goes on, and the oldest part of its capture is let go."
        // The message itself is printed by who writes the run.
        print(what)
        this.show(`${message} ${what}`)
        if (isStopping && this.recorder.current?.number === number) this.recorder.stop()
    }

    private tell(text: string): void {
        this.options.print(text)
        this.show(text)
    }

    private show(text: string): void {
        this.message = { text, untilMs: performance.now() + MESSAGE_MS }
    }

    private get shownMessage(): string | null {
        if (this.message && performance.now() > this.message.untilMs) this.message = undefined
        return this.message?.text ?? null
    }

    /** Passes on the tones of the buzzer as they begin. */
    private passTones(): void {
        const { tones } = this.practice.unit
        for (; this.tonesSent < tones.length; this.tonesSent++) {
            const { frequencyHz, volume, ms } = tones[this.tonesSent]!
            this.options.onTone({ type: "tone", frequencyHz, volume, ms })
        }
        this.clock.clock.after(TONES_US, () => this.passTones())
    }
}

function aboutOf(options: SimulatorOptions): Omit<RunAbout, "dateMs"> {
    const { seed, onDiskFull = "stop" } = options
    const about = { ...aboutNothing(0, TARGET), ...options.about }
    return { ...about, seed, asked: { ...about.asked, seed, onDiskFull } }
}
