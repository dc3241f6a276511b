// Responsible for: `ivus serve`: the host core for a real cart: takes its lines and writes each run's results.
// Not for: asking the cart for anything: the bedside unit does.

import { createServer } from "node:net"
import { OutFolder, OutFolderError } from "../results/out-folder"
import { summaryText } from "../results/summary"
import { writeResults } from "../results/write-results"
import { RunReceiver } from "../run/run-receiver"
import { attendCart, listen } from "./tcp-target"
import { UsageError } from "./usage-error"

/** Serves one cart at a time until the process is stopped. */
export async function serveCommand(options: {
    port: string
    out: string
}): Promise<void> {
    const port = Number(options.port)
    if (!/^\d{1,5}$/.test(options.port) || port > 65535)
        throw new UsageError(
            `--port ${options.port} is no port; 1 to 65535 are allowed.`
        )
    checkOut(options.out)
    const server = createServer()
    server.maxConnections = 1
    let sessions = 0
    server.on("connection", socket => {
        const who = socket.remoteAddress ?? "a cart"
        process.stderr.write(`${who} connected\n`)
        const chunks: Uint8Array[] = []
        const { ended } = attendCart(socket, session => {
            const receiver: RunReceiver = new RunReceiver({
                onHello: () => session.accept(++sessions),
                onLines: (_, bytes) => session.consumed(bytes),
                onEnd: () => void save(receiver, chunks, options.out),
            })
            return { receiver, onBytes: bytes => void chunks.push(bytes) }
        })
        void ended.then(() => process.stderr.write(`${who} left\n`))
    })
    const bound = await listen(server, port)
    process.stderr.write(`waiting for a cart on port ${bound}\n`)
    await new Promise(resolve => server.once("close", resolve))
}

function checkOut(path: string): void {
    try {
        new OutFolder(path).discard()
    } catch (error) {
        if (error instanceof OutFolderError) throw new UsageError(error.message)
        throw error
    }
}

async function save(
    receiver: RunReceiver,
    chunks: readonly Uint8Array[],
    path: string
): Promise<void> {
    const out = new OutFolder(path)
    try {
        const run = {
            receiver,
            capture: Buffer.concat(chunks),
            instruments: undefined,
        }
        const summary = await writeResults(run, out, () => undefined)
        out.commit()
        process.stdout.write(`${summaryText(summary)}\nin ${path}\n`)
    } catch (error) {
        process.stderr.write(`${(error as Error).message}\n`)
    } finally {
        out.discard()
    }
}
