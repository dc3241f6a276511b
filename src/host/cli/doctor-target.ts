// Responsible for: the cart that `ivus doctor` looks at, virtual or over TCP: connected, asked, and let go.
// Not for: what it finds (doctor-command.ts).

import { createServer, type Socket } from "node:net"
import { CATHETERS } from "../../wire/catheters"
import type { Hello } from "../../wire/messages"
import { layoutHash } from "../../wire/layout-hash"
import { REJECT_LAYOUT, sentenceOf } from "../../wire/reasons"
import { foreignHello } from "../link/foreign-hello"
import { Examiner } from "../run/examiner"
import { RunReceiver } from "../run/run-receiver"
import { RunError } from "../run/technician"
import { hexOf } from "../registers/print"
import type { TimedFault } from "./faults"
import { attendCart, listen } from "./tcp-target"
import { VirtualCart } from "./virtual-cart"

/** A virtual cart boots and tests itself in 0.2 s; what a fault brings about shows within 0.3 s. */
const SETTLE_US = 300_000
const VIRTUAL_LIMIT_US = 10e6
/** 68 registers come four in 10 ms. */
const DUMP_LIMIT_MS = 5000

/** "major.minor.patch" of a hello. */
export function versionText({ firmware_version: v }: Hello): string {
    return `${v >>> 16}.${(v >>> 8) & 0xff}.${v & 0xff}`
}

/**
 * Boots a virtual cart, lets the faults happen, and reads its registers.
 * @returns the examiner and all bytes from the board
 * @throws RunError when the cart does not answer
 */
export async function examineVirtual(options: {
    bytecodeFile: string
    seed: number
    faults: readonly TimedFault[]
}): Promise<{ examiner: Examiner; capture: Uint8Array }> {
    let examiner: Examiner
    const parts: Uint8Array[] = []
    const from =
        Math.max(0, ...options.faults.map(f => f.atS * 1e6)) + SETTLE_US
    const cart = await VirtualCart.boot({
        bytecodeFile: options.bytecodeFile,
        seed: options.seed,
        catheterId: CATHETERS[0]!.id,
        echo: { line: (_zMm, _line, out) => void out.fill(0) },
        vesselOriginMm: 0,
        onBytes: bytes => void parts.push(Uint8Array.from(bytes)),
        listener: ({ session, clock }) => {
            examiner = new Examiner(session, () => clock.nowUs >= from)
            return examiner.listener
        },
    })
    const { clock, board } = cart
    for (const fault of options.faults)
        clock.at(fault.atS * 1e6, () => {
            if (fault.onLink) cart.linkFault = fault.onLink
            else board.rig.faults.inject(fault.name, clock.nowUs)
        })
    await cart.until(
        () => examiner.done || examiner.failure !== undefined,
        from + VIRTUAL_LIMIT_US
    )
    board.stopVm()
    return { examiner: finished(examiner!), capture: Buffer.concat(parts) }
}

/**
 * Waits for the cart at `host`, which connects to us, and reads its registers.
 * @throws RunError when it does not come, was built with another layout, or cannot answer
 */
export async function examineTcp(
    host: string,
    port: number,
    waitS: number,
    tell: (line: string) => void
): Promise<Examiner> {
    const server = createServer()
    const bound = await listen(server, port)
    tell(`waiting for the cart at ${host} on port ${bound}`)
    let late: NodeJS.Timeout
    const socket = await new Promise<Socket>((resolve, reject) => {
        late = setTimeout(
            () =>
                reject(
                    new RunError(
                        `No cart at ${host} connected within ${waitS} s; check its supply and network, and that its host setting names this machine and port ${bound}.`
                    )
                ),
            waitS * 1000
        )
        server.on("connection", s => {
            const from = s.remoteAddress?.replace(/^::ffff:/, "")
            if (from === host) resolve(s)
            else s.destroy()
        })
    }).finally(() => {
        clearTimeout(late)
        server.close()
    })
    const first: Uint8Array[] = []
    let examiner: Examiner
    const { ended } = attendCart(socket, session => {
        const asking = new Examiner(session)
        examiner = asking
        const { listener } = asking
        const leave = (): void => {
            if (asking.done || asking.failure) socket.end()
        }
        const receiver = new RunReceiver({
            onHello: hello => {
                listener.onHello?.(hello)
                session.accept(1)
            },
            onLines: (_, bytes) => session.consumed(bytes),
            onStatus: status => {
                listener.onStatus?.(status)
                leave()
            },
            onRefusal: refusal => {
                listener.onRefusal?.(refusal)
                leave()
            },
            onRegister: register => {
                listener.onRegister?.(register)
                leave()
            },
        })
        return {
            receiver,
            onBytes: bytes => {
                if (asking.hello) return
                first.push(bytes)
                const foreign = foreignHello(Buffer.concat(first))
                if (!foreign) return
                asking.failure ??= new RunError(
                    `The cart has firmware ${versionText(foreign)} with layout ${hexOf(foreign.layout_hash)}, this program layout ${hexOf(layoutHash())}: ${sentenceOf(REJECT_LAYOUT)}.`
                )
                session.reject(REJECT_LAYOUT)
                socket.end()
            },
        }
    })
    const silent = setTimeout(() => socket.destroy(), DUMP_LIMIT_MS)
    await ended
    clearTimeout(silent)
    return finished(examiner!)
}

/** @throws RunError when the dump is not whole */
function finished(examiner: Examiner): Examiner {
    if (examiner.failure) throw examiner.failure
    if (!examiner.hello)
        throw new RunError(
            "The cart did not say hello; check that it runs this project's firmware."
        )
    if (!examiner.done)
        throw new RunError(
            "The cart did not tell all of its registers; look at its log and try again."
        )
    return examiner
}
