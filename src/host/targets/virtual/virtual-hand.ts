// A hand that moves the virtual sled while its motor is off, as `ivus doctor --wiring` asks for.

import type { VirtualBoard } from "../../../../boards/virtual/virtual-board"
import type { WiringAction } from "../../registers/wiring-check"

/** The middle of the travel, beyond either switch, and a way away from the patient. */
const MIDDLE_MM = 80
const HOME_MM = -0.3
const FAR_MM = 165.3
const AWAY_MM = 10

/** A hand looks and pushes a thousand times a second; speed and force of an arm. */
const LOOK_US = 1000
const SPEED_MM_S = 60
const FORCE_N = 80
const NEAR_MM = 0.2
/** A person presses a switch for about half a second. */
const HOLD_LOOKS = 500
/** Speed wanted per distance to go, 1/s, and force per missing speed, N per mm/s: the motor's detent must be overcome. */
const APPROACH = 20
const GAIN = 5

const WAYS: Readonly<Record<WiringAction, readonly number[]>> = {
    middle: [MIDDLE_MM],
    home: [HOME_MM, MIDDLE_MM],
    far: [FAR_MM, MIDDLE_MM],
    away: [],
}

export class VirtualHand {
    private way: number[] = []
    private pushing = false
    private looks = 0

    constructor(private readonly board: VirtualBoard) {}

    /** Begins what was asked for. */
    do(action: WiringAction): void {
        const { positionMm } = this.board.rig.sled
        this.way = action === "away" ? [positionMm + AWAY_MM] : [...WAYS[action]]
        if (!this.pushing) this.look()
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
        if (Math.abs(leftMm) < NEAR_MM && ++this.looks > HOLD_LOOKS) {
            this.looks = 0
            this.way.shift()
        }
        const wanted = Math.max(-SPEED_MM_S, Math.min(SPEED_MM_S, APPROACH * leftMm))
        const force = GAIN * (wanted - speedMmPerS)
        rig.push(Math.max(-FORCE_N, Math.min(FORCE_N, force)), clock.nowUs)
        clock.after(LOOK_US, () => this.look())
    }
}
