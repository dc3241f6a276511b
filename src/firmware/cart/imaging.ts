// Responsible for: one run of imaging: the sequence loaded, firing, the gate of lines at speed, the end summary.
// Not for: when it may begin or has to end (cart.ts).

import { LineEngine } from "../acquisition/line-engine"
import { LinePump } from "../acquisition/line-pump"
import { Link } from "../link/link"
import { Pullback } from "../motion/pullback"
import { Sled } from "../motion/sled"
import { TYPE_DESCRIPTION, TYPE_END } from "../../wire/burst"
import { DESCRIPTION, END } from "../../wire/messages"
import * as reasons from "../../wire/reasons"
import { description, PullbackSetup } from "./setup"

export class Imaging {
    /** How the run ended: GOOD, or the event that ended it early. */
    outcome = reasons.GOOD
    /** Firing has ended, and the summary has not been sent yet. */
    ending = false
    private gate = false
    private in_window = false

    constructor(
        private engine: LineEngine,
        private pump: LinePump,
        private link: Link,
        private sled: Sled,
        private pullback: Pullback,
        private tell: (code: number, value: number) => void
    ) {}

    /** Loads the sequence of a setup, describes it to the host and fires. */
    async begin(setup: PullbackSetup): Promise<void> {
        this.outcome = reasons.GOOD
        const engine = this.engine
        await engine.load(setup.catheter, setup.budget.line_period_ns)
        const nm_per_count = this.sled.calibration.encoder_nm_per_count
        await engine.setWindow(
            Math.round(setup.plan.window_start_nm / nm_per_count),
            Math.round(setup.plan.window_end_nm / nm_per_count)
        )
        this.link.send(
            TYPE_DESCRIPTION,
            DESCRIPTION,
            description(
                setup,
                this.sled.calibration,
                await engine.catheterSerial(),
                engine.table_crc
            )
        )
        this.pump.begin(setup.budget.line_period_ns, false)
        await engine.fire()
    }

    /** Opens the gate while the sled is at speed, and tells when it passes the window's edges. */
    async follow(): Promise<void> {
        if (this.pullback.atSpeed !== this.gate) {
            this.gate = this.pullback.atSpeed
            await this.engine.setGate(this.gate)
            this.tell(reasons.EVENT_GATE, this.gate ? 1 : 0)
        }
        const position_nm = this.sled.positionNm()
        const plan = this.pullback.plan
        const inside =
            position_nm >= plan.window_start_nm &&
            position_nm < plan.window_end_nm
        if (inside === this.in_window) return
        this.in_window = inside
        this.tell(
            inside ? reasons.EVENT_WINDOW_BEGAN : reasons.EVENT_WINDOW_ENDED,
            position_nm
        )
    }

    /** Ends firing; {@link finish} sends the summary when the last lines have gone. */
    async stop(): Promise<void> {
        await this.engine.stop()
        this.pump.finish()
        this.gate = false
        this.in_window = false
        this.ending = true
    }

    /** Gives up a run: no more lines, no summary. The engine was stopped by the caller, or cannot be. */
    abandon(): void {
        this.pump.abandon()
        this.gate = false
        this.in_window = false
        this.ending = false
    }

    /** Sends the summary once the pump is idle; called by every loop. */
    async finish(): Promise<void> {
        if (!this.ending || !this.pump.idle()) return
        this.ending = false
        const pump = this.pump
        const plan = this.pullback.plan
        this.link.send(TYPE_END, END, {
            outcome: this.outcome,
            lines_fired: await this.engine.fired(),
            lines_sent: pump.lines_sent,
            lines_dropped_fifo: pump.dropped_fifo,
            lines_dropped_credit: pump.dropped_credit,
            lines_dropped_crc: 0,
            lines_dropped_gate: 0,
            bursts_sent: pump.bursts_sent,
            window_start_nm: plan.window_start_nm,
            window_end_nm: plan.window_end_nm,
            speed_error_ppm: this.pullback.speed_error_ppm,
        })
    }
}
