// Responsible for: `ivus serve`: the host core for a real cart: takes its lines and writes each run's results.
// Not for: asking the cart for anything: the bedside unit does.

import { createServer } from "node:net"
import { OutFolder } from "../results/out-folder"
import { summaryText } from "../results/summary"
import { writeResults } from "../results/write-results"
import { RunReceiver } from "../run/run-receiver"
import { parsePort } from "./options"
import type { TakeBytes } from "../run/run-target"
import { openOut } from "./pullback-command"
import { attendCart, listen } from "./tcp-target"

/** A host core that listens. */
export interface Serving {
    readonly port: number
    /** Listens no more; of runs that have not ended nothing is left behind. */
    close(): void
    readonly closed: Promise<void>
}

/** Serves one cart at a time until the process is stopped. */
export async function serveCommand(options: {
    port: string
    out: string
}): Promise<void> {
    const port = parsePort(options.port)
    openOut(options.out).discard()
    const serving = await serve(port, options.out, line =>
        process.stdout.write(`${line}\n`)
    )
    process.stderr.write(`waiting for a cart on port ${serving.port}\n`)
    const interrupted = (): void => {
        serving.close()
        process.exit(130)
    }
    process.once("SIGINT", interrupted)
    process.once("SIGTERM", interrupted)
    await serving.closed
}

/**
 * Listens for a cart.
 * @param port 0 takes any that is free
 * @param tell gets the summary of each run and what went wrong
 * @throws RunError when the port cannot be had
 */
export async function serve(
    port: number,
    out: string,
    tell: (line: string) => void
): Promise<Serving> {
    const server = createServer()
    server.maxConnections = 1
    let sessions = 0
    const unfinished = new Set<OutFolder>()
    server.on("connection", socket => {
        const who = socket.remoteAddress ?? "a cart"
        tell(`${who} connected`)
        // Of the run under way; the capture of the next one starts behind it.
        let capture: Capture | undefined
        const captured = (): Capture => {
            capture ??= startCapture(out)
            unfinished.add(capture.folder)
            return capture
        }
        const take = (bytes: Uint8Array): void => {
            try {
                captured().take(bytes)
            } catch (error) {
                tell(
                    `the capture cannot be written: ${(error as Error).message}`
                )
                socket.destroy()
            }
        }
        const { ended } = attendCart(socket, session => {
            const receiver: RunReceiver = new RunReceiver({
                onHello: () => session.accept(++sessions),
                onLines: (_, bytes) => session.consumed(bytes),
                onEnd: () => {
                    const { folder } = captured()
                    capture = undefined
                    void save(receiver, folder).then(said => {
                        unfinished.delete(folder)
                        tell(said)
                    })
                },
            })
            return { receiver, onBytes: take }
        })
        void ended.then(() => {
            if (capture) {
                capture.folder.discard()
                unfinished.delete(capture.folder)
            }
            tell(`${who} left`)
        })
    })
    const bound = await listen(server, port)
    const closed = new Promise<void>(resolve =>
        server.once("close", () => resolve())
    )
    return {
        port: bound,
        close: () => {
            for (const folder of unfinished) folder.discard()
            server.close()
        },
        closed,
    }
}

/** The capture of one run on its way to the disk. */
interface Capture {
    readonly folder: OutFolder
    readonly take: TakeBytes
}

function startCapture(out: string): Capture {
    const folder = new OutFolder(out)
    return { folder, take: folder.stream("capture.ivl") }
}

/** @returns what to tell: the summary, or why there is none */
async function save(receiver: RunReceiver, out: OutFolder): Promise<string> {
    try {
        const run = { receiver, instruments: undefined }
        const summary = await writeResults(run, out, () => undefined)
        out.commit()
        return `${summaryText(summary)}\nin ${out.path}`
    } catch (error) {
        return `nothing was written: ${(error as Error).message}`
    } finally {
        out.discard()
    }
}
