// Responsible for: `ivus serve`: the host core for a real cart: takes its lines and writes each run's results.
// Not for: asking the cart for anything: the bedside unit does.

import { createServer } from "node:net"
import { OutFolder } from "../results/out-folder"
import { summaryText } from "../results/summary"
import { writeResults } from "../results/write-results"
import { RunReceiver } from "../run/run-receiver"
import { parsePort } from "./options"
import { openOut } from "./pullback-command"
import { attendCart, listen } from "./tcp-target"

/** A host core that listens. */
export interface Serving {
    readonly port: number
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
    server.on("connection", socket => {
        const who = socket.remoteAddress ?? "a cart"
        tell(`${who} connected`)
        const chunks: Uint8Array[] = []
        const { ended } = attendCart(socket, session => {
            const receiver: RunReceiver = new RunReceiver({
                onHello: () => session.accept(++sessions),
                onLines: (_, bytes) => session.consumed(bytes),
                onEnd: () => {
                    // The capture of the next run starts behind this one.
                    const capture = Buffer.concat(chunks)
                    chunks.length = 0
                    void save(receiver, capture, out).then(tell)
                },
            })
            return { receiver, onBytes: bytes => void chunks.push(bytes) }
        })
        void ended.then(() => tell(`${who} left`))
    })
    const bound = await listen(server, port)
    const closed = new Promise<void>(resolve =>
        server.once("close", () => resolve())
    )
    return {
        port: bound,
        close: () => void server.close(),
        closed,
    }
}

/** @returns what to tell: the summary, or why there is none */
async function save(
    receiver: RunReceiver,
    capture: Uint8Array,
    path: string
): Promise<string> {
    const out = new OutFolder(path)
    try {
        const run = { receiver, capture, instruments: undefined }
        const summary = await writeResults(run, out, () => undefined)
        out.commit()
        return `${summaryText(summary)}\nin ${path}`
    } catch (error) {
        return `nothing was written: ${(error as Error).message}`
    } finally {
        out.discard()
    }
}
