// What the clients of a session use of it, whether it runs in their thread or in that of the link.

import type { CATHETER } from "../../shared/acquisition/catheters"
import type { Calibration } from "../../shared/motion/calibration"
import type { Message } from "../../shared/protocol/bytes"
import type * as messages from "../../shared/protocol/messages"
import type { Burst } from "./burst-stream"

export interface CartSession {
    readonly isOpen: boolean
    /** Whether the open session runs without a key. */
    readonly isInsecure: boolean
    /**
     * Asks for control of the cart; to be called for an action of an operator only. A session opens for a command that an operator
     * has typed, and so asks once by itself, before its first request that needs control.
     */
    takeControl(): void
    /** What the operator asked for is done: another device may take control. */
    giveBackControl(): void
    /** Sends a setup; like all messages, only while the session is open. */
    setup(setup: messages.Setup): void
    /** Sends the data of a catheter that is not built into the firmware, valid for this session. */
    catheter(data: Message<typeof CATHETER>): void
    /** Sends a calibration, which the board stores. */
    calibration(record: Calibration): void
    /**
     * Sends a piece of a firing-pair list; send the next one after the board has acknowledged this one.
     * @param list the whole list, two bytes a pair
     * @param first index of the first pair of the piece
     */
    pairs(list: Uint8Array, first: number): void
    /**
     * @param argument of a jog or a speed change, nm/s
     * @returns the serial number that a refusal refers to
     */
    command(command: number, argument?: number): number
    /** Reports a line burst of `bytes` bytes as processed: the board may send as much again. */
    consumed(bytes: number): void
    /** Rejects the session. */
    reject(reason: number): void
}

/** What a receiver of bursts needs of the session that they belong to. */
export interface BurstCheck {
    /** Whether a complete burst is authentic; called once for each, in order. */
    readonly isTrusted: (burst: Burst) => boolean
    /** Takes each burst that is used. */
    receive(burst: Burst): void
}
