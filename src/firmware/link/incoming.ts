// Handles a checked message of the host in an open session: credit, ping, or a request to the cart.

import * as burst from "../../shared/protocol/burst"
import {
    Command,
    COMMAND,
    CREDIT,
    payloadIsValid,
    PING,
    Setup,
    SETUP,
} from "../../shared/protocol/messages"
import { CATHETER } from "../../shared/acquisition/catheters"
import { CALIBRATION } from "../../shared/motion/calibration"
import { partIsValid } from "../../shared/acquisition/pair-list"
import * as codes from "../../shared/codes"
import { sendMessage, setCreditLimit } from "./outgoing"
import { payloadOf } from "./payload"

/** A request of the host; exactly one field is set. */
export interface Request {
    setup?: Setup
    command?: Command
    /** Payload with a part of a pair list. */
    pairs?: Buffer
    /** Payload with the data of a catheter. */
    catheter?: Buffer
    /** Payload with a calibration record. */
    calibration?: Buffer
}

/** @returns GOOD, or why the session must end */
export async function handleInSession(
    type: number,
    message: Buffer,
    onRequest: (request: Request) => Promise<void>
): Promise<number> {
    if (type === burst.TYPE_CREDIT) {
        const credit = payloadOf(message, CREDIT)
        if (!credit) return codes.REJECT_PAYLOAD
        if (!setCreditLimit(credit.limit_bytes)) return codes.REJECT_CREDIT
    } else if (type === burst.TYPE_PING) {
        const ping = payloadOf(message, PING)
        if (!ping) return codes.REJECT_PAYLOAD
        sendMessage(burst.TYPE_PONG, PING, ping)
    } else if (type === burst.TYPE_SETUP) {
        const setup = payloadOf(message, SETUP)
        if (!setup) return codes.REJECT_PAYLOAD
        await onRequest({ setup })
    } else if (type === burst.TYPE_COMMAND) {
        const command = payloadOf(message, COMMAND)
        if (!command) return codes.REJECT_PAYLOAD
        await onRequest({ command })
    } else if (
        type === burst.TYPE_PAIRS ||
        type === burst.TYPE_CATHETER ||
        type === burst.TYPE_CALIBRATION
    ) {
        const at = burst.BURST_HEADER_LENGTH
        const length = message.length - at
        const isPiece = type === burst.TYPE_PAIRS
        const isCatheter = type === burst.TYPE_CATHETER
        const isGood = isPiece
            ? partIsValid(message, at, length)
            : payloadIsValid(message, at, length, isCatheter ? CATHETER : CALIBRATION)
        if (!isGood) return codes.REJECT_PAYLOAD
        // A copy, as the next message of this length overwrites the buffer.
        const payload = message.slice(at, message.length)
        const request: Request = {}
        if (isPiece) request.pairs = payload
        else if (isCatheter) request.catheter = payload
        else request.calibration = payload
        await onRequest(request)
    } else return codes.REJECT_UNEXPECTED
    return codes.GOOD
}
