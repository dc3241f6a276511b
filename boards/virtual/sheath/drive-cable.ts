// The drive cable or shaft between sled and transducer tip: a spring in a sheath with dry friction.
// Model: equal springs in series with massless nodes. Each node rests while the springs pull it less than its friction, and
// else slides until they balance it. Friction follows the capstan: it grows with the force in the cable and the bend around it.
// The springs are solved exactly in each step (a tridiagonal system of the nodes that slide), so no step size is needed.

import type { Sheath } from "./sheath"

/** Springs; the friction of a bend is spread over the nodes in it. */
const SPRINGS = 13
/** Time over which a node's speed is averaged before it can stick again. */
const STICK_AFTER_S = 0.02
/** Two nodes that release each other in turn end the search. */
const MAX_ROUNDS = 60
/** Distance in mm that counts as no motion. */
const NO_MOTION_MM = 1e-12

/** Length and speed of the hand's motion that leaves a cable pushed all along, and the step of its simulation. */
const ADVANCED_MM = 30
const HAND_MM_PER_S = 10
const HAND_STEP_S = 1e-3

/** A cable that a hand has advanced to a sled at `sledMm`. */
export function advancedCable(sheath: Sheath, sledMm: number): DriveCable {
    const cable = new DriveCable(sheath, sledMm + ADVANCED_MM)
    const steps = ADVANCED_MM / HAND_MM_PER_S / HAND_STEP_S
    for (let i = steps - 1; i >= 0; i--)
        cable.moveTo(sledMm + (ADVANCED_MM * i) / steps, HAND_STEP_S)
    return cable
}

export class DriveCable {
    /** Axial force on the sled in N, positive = proximal; a stretched cable pulls the sled distally. */
    forceOnSledN = 0

    private tipSpeed = 0
    private readonly count: number
    private readonly springNPerMm: number
    private readonly pitchMm: number
    /** Displacement of each node in mm, as sled positions of an unstretched cable; 0 is the tip, the last one the sled. */
    private readonly at: Float64Array
    private readonly from: Float64Array
    /** Direction of sliding, 0 at rest. */
    private readonly slides: Int8Array
    private readonly speed: Float64Array
    private readonly sliding: Float64Array
    private readonly holding: Float64Array
    private readonly upper: Float64Array
    private readonly right: Float64Array

    constructor(
        private readonly sheath: Sheath,
        sledMm: number,
        springs = SPRINGS
    ) {
        this.count = springs
        this.springNPerMm = sheath.stiffness_n_per_mm * springs
        this.pitchMm = sheath.length_mm / springs
        this.at = new Float64Array(springs + 1).fill(sledMm)
        this.from = new Float64Array(springs)
        this.slides = new Int8Array(springs)
        this.speed = new Float64Array(springs)
        this.sliding = new Float64Array(springs)
        this.holding = new Float64Array(springs)
        this.upper = new Float64Array(springs)
        this.right = new Float64Array(springs)
    }

    /** Position of the tip in mm, as the sled position of an unstretched cable. */
    get positionMm(): number {
        return this.at[0]!
    }

    /** Speed of the tip in mm/s, over the last step. */
    get speedMmPerS(): number {
        return this.tipSpeed
    }

    /** The sled has moved to `sledMm` in the last `stepS` seconds. */
    moveTo(sledMm: number, stepS: number): void {
        const { at, from, slides, count } = this
        const isStill = Math.abs(sledMm - at[count]!) < NO_MOTION_MM
        this.tipSpeed = 0
        if (isStill && slides.every(way => way === 0)) return
        from.set(at.subarray(0, count))
        at[count] = sledMm
        this.findFriction()
        for (let round = 0; round < MAX_ROUNDS; round++) {
            this.solve()
            if (!this.changeSliding()) break
        }
        this.findSpeeds(stepS)
        this.forceOnSledN = this.springNPerMm * (at[count - 1]! - sledMm)
    }

    /** Friction of each node: while it slides, and up to which it holds. */
    private findFriction(): void {
        const { sheath, at, slides, pitchMm, springNPerMm, count } = this
        for (let i = 0; i < count; i++) {
            const middle = sheath.length_mm - i * pitchMm - at[i]!
            const low = middle - pitchMm / 2
            const high = i === 0 ? middle : middle + pitchMm / 2
            const proximalN = springNPerMm * (at[i + 1]! - at[i]!)
            const distalN = i === 0 ? 0 : springNPerMm * (at[i]! - at[i - 1]!)
            const tensionN = (proximalN + distalN) / 2
            const pushed = tensionN < 0 ? sheath.push_factor : 1
            const bendN =
                sheath.friction *
                pushed *
                Math.abs(tensionN) *
                (this.bendAt(high) - this.bendAt(low))
            const inSheathMm = Math.max(0, high) - Math.max(0, low)
            const straightN = (sheath.drag_n_per_m * inSheathMm) / 1000
            const friction = bendN + straightN + (i === 0 ? sheath.tip_drag_n : 0)
            this.sliding[i] = friction
            this.holding[i] = slides[i] === 0 ? friction * sheath.static_ratio : friction
        }
    }

    /** Angle in rad by which the sheath has bent from its proximal end to here. */
    private bendAt(mm: number): number {
        let sum = 0
        for (const { at_mm, over_mm, angle_deg } of this.sheath.bends) {
            const part = (mm - at_mm) / over_mm + 0.5
            sum += angle_deg * (part <= 0 ? 0 : part >= 1 ? 1 : part)
        }
        return (sum * Math.PI) / 180
    }

    /** Equilibrium of the nodes that slide; the others stay where they were. Thomas algorithm from the tip to the sled. */
    private solve(): void {
        const { at, from, slides, sliding, springNPerMm, upper, right, count } = this
        for (let i = 0; i < count; i++) {
            if (slides[i] === 0) {
                upper[i] = 0
                right[i] = from[i]!
                continue
            }
            const before = i === 0 ? 0 : 1
            const pivot = 1 + before - (before ? upper[i - 1]! : 0)
            upper[i] = 1 / pivot
            const push = (-slides[i]! * sliding[i]!) / springNPerMm
            right[i] = (push + (before ? right[i - 1]! : 0)) / pivot
        }
        for (let i = count - 1; i >= 0; i--) at[i] = right[i]! + upper[i]! * at[i + 1]!
    }

    /** Stops nodes that slid against their direction and releases those that are pulled too hard; false if none was. */
    private changeSliding(): boolean {
        const { at, from, slides, holding, springNPerMm, count } = this
        let isChanged = false
        for (let i = 0; i < count; i++) {
            if (slides[i] !== 0) {
                if ((at[i]! - from[i]!) * slides[i]! >= -NO_MOTION_MM) continue
                slides[i] = 0
                isChanged = true
                continue
            }
            const pull = at[i + 1]! - at[i]! - (i === 0 ? 0 : at[i]! - at[i - 1]!)
            if (Math.abs(pull) * springNPerMm <= holding[i]! + NO_MOTION_MM) continue
            slides[i] = Math.sign(pull)
            isChanged = true
        }
        return isChanged
    }

    /** A node that stands, or has slid below the critical speed for a while, sticks. */
    private findSpeeds(stepS: number): void {
        const { at, from, slides, speed, sheath, count } = this
        const part = Math.min(1, stepS / STICK_AFTER_S)
        this.tipSpeed = (at[0]! - from[0]!) / stepS
        for (let i = 0; i < count; i++) {
            speed[i]! += (Math.abs(at[i]! - from[i]!) / stepS - speed[i]!) * part
            if (speed[i]! < sheath.critical_mm_per_s || at[i] === from[i]) slides[i] = 0
        }
    }
}
