// Responsible for: a capture played to a command of ours, by a board of which this host has the key.
// Not for: playing it (play-capture.ts).

import { connect } from "node:net"
import { join } from "node:path"
import { KeyStore } from "../../src/host/link/key-store"
import { boardOf, playCapture } from "./play-capture"
import { folder } from "./scratch"

/** The keys that this host has, for the commands as well. */
export const KEYS = new KeyStore(join(folder, "keys"))
const KEY = new Uint8Array(32).fill(9)
process.env.IVUS_KEYS = KEYS.folder

/** @returns what ends it */
export function playTo(port: number, capture: Uint8Array): () => void {
    KEYS.save(boardOf(capture), KEY)
    return playCapture(() => connect(port, "127.0.0.1"), capture, KEY)
}
