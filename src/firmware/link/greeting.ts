// The board's side of the greeting: hello, the host's challenge and proof, the board's proof, accept.
// Specification: src/shared/protocol/README.md, "Authentication".

import * as ds from "@devicescript/core"
import * as burst from "../../shared/protocol/burst"
import { Layout, Message } from "../../shared/protocol/bytes"
import { ACCEPT, Challenge, CHALLENGE, HELLO, PROOF } from "../../shared/protocol/messages"
import { KEY_LENGTH, NONCE_LENGTH, putWords, sameWords } from "../../shared/protocol/session"
import * as codes from "../../shared/codes"
import { PROGRAM_VERSION } from "../../shared/versions"
import { randomBytes } from "../platform/crypto"
import { LinkSettings } from "../platform/settings"
import { payloadOf } from "./payload"
import { SessionKey } from "./session-key"

/**
 * Bytes of line bursts that the board's network can queue. The runtime of an ESP32-S3 copies each burst to a heap of
 * about 200 kB; a simulator has the memory of a computer.
 */
const WINDOW_BYTES = 4 * (burst.BURST_HEADER_LENGTH + burst.PAYLOAD_MAX)
const SIMULATOR_WINDOW_BYTES = 2 * 1024 * 1024

const AWAITS_CHALLENGE = 0
const AWAITS_PROOF = 1
const AWAITS_ACCEPT = 2
const DONE = 3

/** Sends a message. @returns the burst as sent */
export type Send = <L extends Layout>(type: number, layout: L, record: Message<L>) => Buffer

export class Greeting {
    /** Session number that the host chose; 0 before the challenge. */
    session = 0
    /** First credit limit of the session. */
    credit_bytes = 0
    readonly window_bytes: number
    /** The setting allows a session without a key, and there is no key. */
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

    /** Whether bursts of the host must have a tag now: all after its proof. */
    isSealed(): boolean {
        return this.awaits >= AWAITS_ACCEPT && !this.insecure
    }

    /** Sends the hello. @returns GOOD, or why the greeting cannot go on */
    begin(): number {
        this.awaits = this.insecure ? AWAITS_ACCEPT : AWAITS_CHALLENGE
        this.session = 0
        this.nonce = randomBytes(NONCE_LENGTH)
        const id = Buffer.from(ds.deviceIdentifier("self"), "hex")
        const hello: any = {
            layout_hash: this.layout_hash,
            board_id_low: id.getAt(0, "u32"),
            board_id_high: id.getAt(4, "u32"),
            firmware_version: PROGRAM_VERSION,
            window_bytes: this.window_bytes,
        }
        putWords(hello, "nonce", this.nonce)
        this.hello = this.send(burst.TYPE_HELLO, HELLO, hello)
        return this.insecure || this.settings.key.length === KEY_LENGTH
            ? codes.GOOD
            : codes.REJECT_NO_KEY
    }

    /** Handles a complete burst of the host. @returns GOOD, or why the greeting fails */
    handle(type: number, message: Buffer): number {
        if (this.awaits === AWAITS_CHALLENGE) return this.handleChallenge(type, message)
        if (this.awaits === AWAITS_PROOF) return this.handleProof(type, message)
        return this.handleAccept(type, message)
    }

    private isOfSession(message: Buffer): boolean {
        return this.session !== 0 && message.getAt(burst.SESSION_AT, "u32") === this.session
    }

    private handleChallenge(type: number, message: Buffer): number {
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

    /** Verifies that the host has the key before the board sends its own proof. */
    private handleProof(type: number, message: Buffer): number {
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

    private handleAccept(type: number, message: Buffer): number {
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
