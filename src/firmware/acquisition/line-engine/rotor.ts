// Responsible for: the rotor of a catheter that turns: started, waited for, supervised, stopped.
// Not for: its speed loop and the lines' angles, which are the line engine's. Source: boards/line-engine.md, "Rotor".

import * as ds from "@devicescript/core"
import * as le from "../../../shared/devices/line-engine"
import * as codes from "../../../shared/codes"
import { CartFault } from "../../platform/cart-fault"
import { RotorDrive } from "../front-end"
import { LineEngine } from "./line-engine"

/** The engine's rotor takes 0.8 s from rest to the lock at its highest speed. */
const LOCK_LIMIT_MS = 3000
/** Longer than an eighth of a turn at 1800 turns a minute: then a rotor that came to rest is told from one that is uneven. */
const WATCH_MS = 5
/** A last turn further than this from the one asked for, in ppm, is off even if the engine does not say so. */
const PERIOD_LIMIT_PPM = 5000

export class Rotor implements RotorDrive {
    /** Speed that was set, in turns a minute · 1000, negative counter-clockwise; 0 when it was stopped. */
    target_mrpm = 0
    private started_ms = 0

    constructor(private engine: LineEngine) {}

    /** Sets the speed; {@link locked} then tells when it is reached. */
    async start(mrpm: number, now_ms: number): Promise<void> {
        this.started_ms = now_ms
        this.target_mrpm = mrpm
        await this.engine.write(le.REG_ROTOR_TARGET, mrpm)
    }

    /** While it spins up. @throws CartFault when it stalls, or does not lock in time */
    async locked(now_ms: number): Promise<boolean> {
        const status = await this.engine.read(le.REG_ROTOR_STATUS)
        if (status & le.ROTOR_STALLED) throw new CartFault(codes.FAULT_ROTOR_STALLED, status)
        if (status & le.ROTOR_LOCKED) return true
        // Another catheter was plugged in, or the engine went unserviced: it says so.
        if (!(status & le.ROTOR_RUNNING)) throw await this.engine.refusal()
        if (now_ms - this.started_ms > LOCK_LIMIT_MS)
            throw new CartFault(codes.FAULT_ROTOR_LOCK, status)
        return false
    }

    /** Every loop while it is to turn at speed. @throws CartFault when it stalled or is off its speed */
    async check(): Promise<void> {
        if (this.target_mrpm === 0) return
        const engine = this.engine
        let status = await engine.read(le.REG_ROTOR_STATUS)
        if (!(status & le.ROTOR_LOCKED)) {
            if (!(status & le.ROTOR_STALLED)) {
                await ds.sleep(WATCH_MS)
                status = await engine.read(le.REG_ROTOR_STATUS)
            }
            throw new CartFault(
                status & le.ROTOR_STALLED ? codes.FAULT_ROTOR_STALLED : codes.FAULT_ROTOR_SPEED,
                status
            )
        }
        const period_ns = await engine.read(le.REG_ROTOR_PERIOD)
        // 60e12 / mrpm ns a turn.
        const turn_ns = 60000000000000 / Math.abs(this.target_mrpm)
        const off_ppm = Math.round((period_ns / turn_ns - 1) * 1000000)
        if (Math.abs(off_ppm) > PERIOD_LIMIT_PPM)
            throw new CartFault(codes.FAULT_ROTOR_SPEED, off_ppm)
    }

    /** Brakes it, if it was started. */
    async stop(): Promise<void> {
        if (this.target_mrpm === 0) return
        this.target_mrpm = 0
        await this.engine.write(le.REG_ROTOR_TARGET, 0)
    }
}
