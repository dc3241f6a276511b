// Opens the link of this host: a thread that listens for carts and holds their sessions.

import { RunError } from "../../errors"
import { startThread } from "../../start-thread"
import type {
    FromLink,
    LinkedCart,
    LinkSettings,
    LinkStats,
    RefusedPeer,
    ToLink,
} from "./thread-messages"

export interface LinkOptions extends LinkSettings {
    /** A cart has connected, and its session has opened. */
    onCart(cart: LinkedCart): void
    /** A connection has ended before its session opened. */
    onRefused?(peer: RefusedPeer): void
    /** Gets a sentence: a failed TLS handshake, or a stored key that cannot be used. */
    report(line: string): void
}

export interface Link {
    /** The port at which it listens. */
    readonly port: number
    stats(): Promise<LinkStats>
    /** Stops listening and cuts every connection; a cart without its host stops by itself. */
    close(): Promise<void>
}

/** @throws RunError when the port cannot be opened */
export function openLink({ onCart, onRefused, report, ...settings }: LinkOptions): Promise<Link> {
    const thread = startThread(new URL("link-thread.ts", import.meta.url).href, settings)
    const asked: ((stats: LinkStats) => void)[] = []
    const exited = new Promise<void>(resolve => thread.once("exit", () => resolve()))
    const post = (message: ToLink): void => thread.postMessage(message)
    let isListening = false
    return new Promise((resolve, reject) => {
        thread.on("error", error => {
            // Nothing here goes on without its link.
            if (isListening) throw error
            reject(error)
        })
        thread.on("message", (message: FromLink) => {
            switch (message.kind) {
                case "listening":
                    isListening = true
                    return resolve({
                        port: message.port,
                        stats: () => {
                            const answer = new Promise<LinkStats>(take => asked.push(take))
                            post("stats")
                            return answer
                        },
                        close: () => {
                            post("close")
                            return exited
                        },
                    })
                case "failed":
                    return reject(new RunError(message.sentence))
                case "cart":
                    return onCart(message)
                case "refused":
                    return onRefused?.(message)
                case "report":
                    return report(message.line)
                case "stats":
                    return asked.shift()?.(message)
            }
        })
    })
}
