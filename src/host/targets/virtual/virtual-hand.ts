// A hand that moves the virtual sled while its motor is off, and works the emergency stop, as `ivus doctor --wiring` asks for.

import type { VirtualBoard } from "../../../../boards/virtual/virtual-board"
import type { WiringAction } from "../../registers/wiring-check"

/** The middle of the travel, beyond either switch and beside it, and a way away from the patient. */
const MIDDLE_MM = 80
const BESIDE_HOME_MM = 15
const BESIDE_FAR_MM = 150
const HOME_MM = -0.3
const FAR_MM = 165.3
const AWAY_MM = 10

/** A hand looks and pushes a thousand times a second; speed and force of an arm. */
const LOOK_US = 1000
const SPEED_MM_S = 100
const FORCE_N = 80
const NEAR_MM = 0.2
/** A person presses a switch for about a quarter of a second. */
const HOLD_LOOKS = 250
/** Speed wanted per distance to go, 1/s, and force per missing speed, N per mm/s: the motor's detent must be overcome. */
const APPROACH = 20
const GAIN = 5

/** From a request to the hand at the emergency stop. */
const REACH_US = 300_000

/** Places to move the sled to. */
const WAYS: Partial<Readonly<Record<WiringAction, readonly number[]>>> = {
    middle: [MIDDLE_MM],
    home: [HOME_MM, BESIDE_HOME_MM],
    far: [FAR_MM, BESIDE_FAR_MM],
}

export class VirtualHand {
    private way: number[] = []
    private pushing = false
    private looks = 0
    /** Which way the sled goes to its present place. */
    private direction = 0
    private pressing = false

    constructor(private readonly board: VirtualBoard) {}

    /** Begins what was asked for. */
    do(action: WiringAction): void {
        const { rig, clock } = this.board
        if (action === "press") clock.after(REACH_US, () => this.press())
        // Not one that somebody else has pressed.
        else if (action === "release") clock.after(REACH_US, () => this.release())
        else {
            this.direction = 0
            this.way = [...(WAYS[action] ?? [rig.sled.positionMm + AWAY_MM])]
            if (!this.pushing) this.look()
        }
    }

    private press(): void {
        this.pressing = true
        this.board.pressEstop()
    }

    private release(): void {
        if (this.pressing) this.board.releaseEstop()
        this.pressing = false
    }

    private look(): void {
        const { rig, clock } = this.board
        this.board.settle()
        const toMm = this.way[0]
        if (toMm === undefined) {
            this.pushing = false
            return rig.push(0, clock.nowUs)
        }
        this.pushing = true
        const { positionMm, speedMmPerS } = rig.sled
        const leftMm = toMm - positionMm
        this.direction ||= Math.sign(leftMm)
        if (leftMm * this.direction < NEAR_MM && ++this.looks > HOLD_LOOKS) {
            this.looks = this.direction = 0
            this.way.shift()
        }
        const wanted = Math.max(-SPEED_MM_S, Math.min(SPEED_MM_S, APPROACH * leftMm))
        const force = GAIN * (wanted - speedMmPerS)
        rig.push(Math.max(-FORCE_N, Math.min(FORCE_N, force)), clock.nowUs)
        clock.after(LOOK_US, () => this.look())
    }
}
