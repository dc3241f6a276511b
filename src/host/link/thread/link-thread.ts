// The thread of the link: it listens for carts, holds their sessions, and does nothing else, so that no ping waits for other work.

import { parentPort, workerData } from "node:worker_threads"
import { RunError } from "../../errors"
import { KeyStore } from "../key-store"
import { storedIdentity } from "../stored-identity"
import { LinkServer } from "./link-server"
import type { FromLink, LinkSettings, ToLink } from "./thread-messages"

const settings = (workerData as { data: LinkSettings }).data
const opener = parentPort!

const tell = (message: FromLink): void => opener.postMessage(message)
const identity = storedIdentity(
    settings.insecure,
    line => tell({ kind: "report", line }),
    new KeyStore(settings.keys)
)
const server = new LinkServer(settings, identity, (message, port) =>
    opener.postMessage(message, port ? [port] : [])
)
opener.on("message", (message: ToLink) => {
    if (message === "stats") return tell({ kind: "stats", ...server.stats() })
    server.close()
    opener.close()
})
try {
    await server.listen()
} catch (error) {
    if (!(error instanceof RunError)) throw error
    tell({ kind: "failed", sentence: error.message })
    server.close()
    opener.close()
}
