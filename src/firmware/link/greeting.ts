// The board's side of the greeting: hello, the host's challenge and proof, the board's proof, accept.
// Specification: src/shared/protocol/README.md, "Authentication".

import * as ds from "@devicescript/core"
import * as burst from "../../shared/protocol/burst"
import { LAYOUT_HASH } from "../../shared/protocol/layout-hash-value"
import { ACCEPT, CHALLENGE, HELLO, PROOF } from "../../shared/protocol/messages"
import { KEY_LENGTH, NONCE_LENGTH, putWords, sameWords } from "../../shared/protocol/session"
import * as codes from "../../shared/codes"
import { PROGRAM_VERSION } from "../../shared/versions"
import { randomBytes } from "../platform/crypto"
import { LinkSettings } from "../platform/settings"
import { openSender, sendGreeting, session, setSealed, setSession } from "./outgoing"
import { payloadOf } from "./payload"
import { deriveSecrets, isAuthentic, secrets } from "./session-key"

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

let settings: LinkSettings
/** The setting allows a session without a key, and there is no key. */
let insecure = false
let window_bytes = 0
/** First credit limit of the session. */
export let first_credit_bytes = 0
let awaits = AWAITS_CHALLENGE
let nonce = Buffer.alloc(0)
let hello_burst = nonce
let challenge: any = undefined

/** To be called once, before any other function of this file. */
export function openGreeting(opened: LinkSettings): void {
    settings = opened
    insecure = settings.insecure && settings.key.length === 0
    window_bytes = ds.isSimulator() ? SIMULATOR_WINDOW_BYTES : WINDOW_BYTES
    openSender(insecure, window_bytes)
    if (insecure) console.error("no link key: INSECURE, lab bench only")
}

export function greetingIsDone(): boolean {
    return awaits === DONE
}

/** Sends the hello. @returns GOOD, or why the greeting cannot go on */
export function beginGreeting(): number {
    awaits = insecure ? AWAITS_ACCEPT : AWAITS_CHALLENGE
    setSession(0)
    setSealed(false)
    nonce = randomBytes(NONCE_LENGTH)
    const id = Buffer.from(ds.deviceIdentifier("self"), "hex")
    const hello: any = {
        layout_hash: LAYOUT_HASH,
        board_id_low: id.getAt(0, "u32"),
        board_id_high: id.getAt(4, "u32"),
        firmware_version: PROGRAM_VERSION,
        window_bytes,
    }
    putWords(hello, "nonce", nonce)
    hello_burst = sendGreeting(burst.TYPE_HELLO, HELLO, hello)
    return insecure || settings.key.length === KEY_LENGTH ? codes.GOOD : codes.REJECT_NO_KEY
}

/** Handles a complete burst of the host. @returns GOOD, or why the greeting fails */
export function handleGreeting(type: number, message: Buffer): number {
    if (awaits === AWAITS_CHALLENGE) return handleChallenge(type, message)
    if (awaits === AWAITS_PROOF) return handleProof(type, message)
    return handleAccept(type, message)
}

function isOfSession(message: Buffer): boolean {
    return session !== 0 && message.getAt(burst.SESSION_AT, "u32") === session
}

function handleChallenge(type: number, message: Buffer): number {
    if (type === burst.TYPE_ACCEPT) return codes.REJECT_INSECURE
    if (type !== burst.TYPE_CHALLENGE) return codes.REJECT_UNEXPECTED
    const received = payloadOf(message, CHALLENGE)
    if (!received) return codes.REJECT_PAYLOAD
    if (received.layout_hash !== LAYOUT_HASH) return codes.REJECT_LAYOUT
    setSession(received.session)
    if (!isOfSession(message)) return codes.REJECT_SESSION
    challenge = received
    deriveSecrets(settings.key, hello_burst, message)
    awaits = AWAITS_PROOF
    return codes.GOOD
}

/** Verifies that the host has the key before the board sends its own proof. */
function handleProof(type: number, message: Buffer): number {
    const proofs = secrets
    if (type !== burst.TYPE_PROOF || !proofs) return codes.REJECT_UNEXPECTED
    if (!isOfSession(message)) return codes.REJECT_SESSION
    const proof = payloadOf(message, PROOF)
    if (!proof) return codes.REJECT_PAYLOAD
    if (!sameWords(proof, "nonce", nonce) || !sameWords(proof, "proof", proofs.host_proof))
        return codes.REJECT_KEY
    if (!isAuthentic(message)) return codes.REJECT_TAG
    awaits = AWAITS_ACCEPT
    // All bursts after the proof of the host have a tag.
    setSealed(true)
    const answer: any = {
        nonce_0: challenge.nonce_0,
        nonce_1: challenge.nonce_1,
        nonce_2: challenge.nonce_2,
        nonce_3: challenge.nonce_3,
    }
    putWords(answer, "proof", proofs.board_proof)
    sendGreeting(burst.TYPE_PROOF, PROOF, answer)
    return codes.GOOD
}

function handleAccept(type: number, message: Buffer): number {
    if (type === burst.TYPE_CHALLENGE && insecure) return codes.REJECT_NO_KEY
    if (type !== burst.TYPE_ACCEPT) return codes.REJECT_UNEXPECTED
    const accept = payloadOf(message, ACCEPT)
    if (!accept) return codes.REJECT_PAYLOAD
    if (accept.layout_hash !== LAYOUT_HASH) return codes.REJECT_LAYOUT
    if (insecure) setSession(accept.session)
    if (accept.session !== session || !isOfSession(message)) return codes.REJECT_SESSION
    first_credit_bytes = accept.credit_bytes
    awaits = DONE
    return codes.GOOD
}
