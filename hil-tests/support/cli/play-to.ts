// Replays a capture to one of the project's commands, as a board whose key the host has.

import { connect } from "node:net"
import { join } from "node:path"
import { KeyStore } from "../../../src/host/link/key-store"
import { boardOf, playCapture } from "./play-capture"
import { folder } from "./scratch"

/** The host's keys, also used by the commands. */
export const KEYS = new KeyStore(join(folder, "keys"))
const KEY = new Uint8Array(32).fill(9)
process.env.IVUS_KEYS = KEYS.folder

/** @returns a function that stops it */
export function playTo(port: number, capture: Uint8Array): () => void {
    KEYS.save(boardOf(capture), KEY)
    return playCapture(() => connect(port, "127.0.0.1"), capture, KEY)
}
