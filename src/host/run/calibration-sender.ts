// Sends a calibration record to a cart, which stores it; nothing moves. The sled must then be homed.

import { EVENT_CALIBRATED } from "../../shared/codes"
import type { Calibration } from "../../shared/motion/calibration"
import type { Hello } from "../../shared/protocol/messages"
import { RunError } from "../errors"
import type { CartSession } from "../link/cart-session"
import { refusalText } from "../sequence/refusal-text"
import type { RunListener } from "./run-receiver"

export class CalibrationSender {
    hello: Hello | undefined
    done = false
    failure: RunError | undefined
    readonly task = "store the calibration"
    private sent: Calibration | undefined

    /** @param recordFor returns the record for the board that has connected; may throw a RunError */
    constructor(
        private readonly session: CartSession,
        private readonly recordFor: (hello: Hello) => Calibration
    ) {}

    readonly listener: RunListener = {
        onHello: hello => void (this.hello = hello),
        // The first status opens the conversation; before it the cart may still be in its self test.
        onStatus: () => this.send(),
        onEvent: ({ code }) => {
            if (code === EVENT_CALIBRATED) this.done = true
        },
        onRefusal: ({ reason, value }) =>
            void (this.failure ??= new RunError(
                `The cart refused: ${refusalText(reason, value)}; bring it to unhomed or ready and try again.`
            )),
    }

    private send(): void {
        if (this.sent || !this.hello) return
        try {
            this.sent = this.recordFor(this.hello)
            this.session.calibration(this.sent)
        } catch (error) {
            if (!(error instanceof RunError)) throw error
            this.failure = error
        }
    }
}
