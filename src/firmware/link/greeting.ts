// Responsible for: the board's half of the greeting: hello, the host's challenge and proof, its own proof, the accept.
// Not for: the connection, or what comes after the accept (link.ts).
// Specification: src/shared/protocol/README.md, "Authentication".

import * as ds from "@devicescript/core"
import * as burst from "../../shared/protocol/burst"
import { Layout, Message } from "../../shared/protocol/bytes"
import { ACCEPT, Challenge, CHALLENGE, HELLO, PROOF } from "../../shared/protocol/messages"
import { KEY_LENGTH, NONCE_LENGTH, putWords, sameWords } from "../../shared/protocol/session"
import * as codes from "../../shared/codes"
import { randomBytes } from "../platform/crypto"
import { LinkSettings } from "../platform/settings"
import { payloadOf } from "./payload"
import { SessionKey } from "./session-key"

export const FIRMWARE_VERSION = 0x000200

/**
 * Bytes of line bursts that the network of an ESP32-S3 may have to keep: its runtime copies each burst to a heap of some
 * 200 kB and queues it, however slowly they leave. A simulator has the memory of a computer.
 */
const WINDOW_BYTES = 4 * (burst.BURST_HEADER_LENGTH + burst.PAYLOAD_MAX)
const SIMULATOR_WINDOW_BYTES = 2 * 1024 * 1024

const AWAITS_CHALLENGE = 0
const AWAITS_PROOF = 1
const AWAITS_ACCEPT = 2
const DONE = 3

/** How the link sends a message; the burst as it was sent comes back. */
export type Send = <L extends Layout>(type: number, layout: L, record: Message<L>) => Buffer

export class Greeting {
    /** Number that the host gave; 0 before. */
    session = 0
    /** First credit limit. */
    credit_bytes = 0
    readonly window_bytes: number
    /** A key and a wish to go without one: the key counts. */
    readonly insecure: boolean
    readonly seal = new SessionKey()
    private awaits = AWAITS_CHALLENGE
    private nonce = Buffer.alloc(0)
    private hello = Buffer.alloc(0)
    private challenge: Challenge | undefined = undefined

    constructor(
        private settings: LinkSettings,
        private layout_hash: number,
        private send: Send
    ) {
        this.insecure = settings.insecure && settings.key.length === 0
        this.window_bytes = ds.isSimulator() ? SIMULATOR_WINDOW_BYTES : WINDOW_BYTES
    }

    isDone(): boolean {
        return this.awaits === DONE
    }

    /** Whether what the host sends now must carry its tag: all that comes behind its proof. */
    isSealed(): boolean {
        return this.awaits >= AWAITS_ACCEPT && !this.insecure
    }

    /** Says hello. @returns GOOD, or why there is nothing more to say */
    begin(): number {
        this.awaits = this.insecure ? AWAITS_ACCEPT : AWAITS_CHALLENGE
        this.session = 0
        this.nonce = randomBytes(NONCE_LENGTH)
        const id = Buffer.from(ds.deviceIdentifier("self"), "hex")
        const hello: any = {
            layout_hash: this.layout_hash,
            board_id_low: id.getAt(0, "u32"),
            board_id_high: id.getAt(4, "u32"),
            firmware_version: FIRMWARE_VERSION,
            window_bytes: this.window_bytes,
        }
        putWords(hello, "nonce", this.nonce)
        this.hello = this.send(burst.TYPE_HELLO, HELLO, hello)
        return this.insecure || this.settings.key.length === KEY_LENGTH
            ? codes.GOOD
            : codes.REJECT_NO_KEY
    }

    /** Takes a burst of the host that is whole and in its turn. @returns GOOD, or why the greeting fails */
    take(type: number, message: Buffer): number {
        if (this.awaits === AWAITS_CHALLENGE) return this.takeChallenge(type, message)
        if (this.awaits === AWAITS_PROOF) return this.takeProof(type, message)
        return this.takeAccept(type, message)
    }

    private isOfSession(message: Buffer): boolean {
        return this.session !== 0 && message.getAt(burst.SESSION_AT, "u32") === this.session
    }

    private takeChallenge(type: number, message: Buffer): number {
        if (type === burst.TYPE_ACCEPT) return codes.REJECT_INSECURE
        if (type !== burst.TYPE_CHALLENGE) return codes.REJECT_UNEXPECTED
        const challenge = payloadOf(message, CHALLENGE)
        if (!challenge) return codes.REJECT_PAYLOAD
        if (challenge.layout_hash !== this.layout_hash) return codes.REJECT_LAYOUT
        this.session = challenge.session
        if (!this.isOfSession(message)) return codes.REJECT_SESSION
        this.challenge = challenge
        this.seal.derive(this.settings.key, this.hello, message)
        this.awaits = AWAITS_PROOF
        return codes.GOOD
    }

    /** The host has the key, or it learns nothing more: only then the board proves that it has it, too. */
    private takeProof(type: number, message: Buffer): number {
        const secrets = this.seal.secrets
        const challenge: any = this.challenge
        if (type !== burst.TYPE_PROOF || !secrets) return codes.REJECT_UNEXPECTED
        if (!this.isOfSession(message)) return codes.REJECT_SESSION
        const proof = payloadOf(message, PROOF)
        if (!proof) return codes.REJECT_PAYLOAD
        if (
            !sameWords(proof, "nonce", this.nonce) ||
            !sameWords(proof, "proof", secrets.host_proof)
        )
            return codes.REJECT_KEY
        if (!this.seal.isAuthentic(message)) return codes.REJECT_TAG
        this.awaits = AWAITS_ACCEPT
        const answer: any = {
            nonce_0: challenge.nonce_0,
            nonce_1: challenge.nonce_1,
            nonce_2: challenge.nonce_2,
            nonce_3: challenge.nonce_3,
        }
        putWords(answer, "proof", secrets.board_proof)
        this.send(burst.TYPE_PROOF, PROOF, answer)
        return codes.GOOD
    }

    private takeAccept(type: number, message: Buffer): number {
        if (type === burst.TYPE_CHALLENGE && this.insecure) return codes.REJECT_NO_KEY
        if (type !== burst.TYPE_ACCEPT) return codes.REJECT_UNEXPECTED
        const accept = payloadOf(message, ACCEPT)
        if (!accept) return codes.REJECT_PAYLOAD
        if (accept.layout_hash !== this.layout_hash) return codes.REJECT_LAYOUT
        if (this.insecure) this.session = accept.session
        if (accept.session !== this.session || !this.isOfSession(message))
            return codes.REJECT_SESSION
        this.credit_bytes = accept.credit_bytes
        this.awaits = DONE
        return codes.GOOD
    }
}
