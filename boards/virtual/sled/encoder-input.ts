// The ABN encoder interface of the TMC5160: X_ENC with its fixed-point factor, N events, deviation warning.
// Source: TMC5160 data sheet, 6.4 and chapter 20.
import { ENCMODE } from "./registers"

export class EncoderInput {
    /** ENC_LATCH */
    latch = 0
    nEvent = false
    deviationWarn = false
    mode = 0
    /** ENC_DEVIATION in usteps, 0 = off. */
    deviation = 0

    /** Cable off: the line receiver's outputs are high, and no edges arrive. */
    unplugged = false

    private integer = 0
    private fraction = 0
    private constInteger = 1
    private constFraction = 0
    private divisor = 65536
    private rawConst = 0x10000
    private quadrature = 0
    private n = false

    /** X_ENC as a signed 32-bit number. */
    get xEnc(): number {
        return this.integer
    }

    /** Level of the N channel. */
    get nLevel(): boolean {
        return this.n || this.unplugged
    }

    /** Levels of channels A and B for IOIN. */
    get aLevel(): boolean {
        return this.unplugged || this.quadrature === 1 || this.quadrature === 2
    }

    get bLevel(): boolean {
        return this.unplugged || this.quadrature >= 2
    }

    setXEnc(value: number): void {
        this.integer = value | 0
        this.fraction = 0
    }

    setMode(mode: number): void {
        this.mode = mode
        this.setConst(this.rawConst)
    }

    /**
     * ENC_CONST: signed integer part in the upper 16 bits; the lower 16 bits count up from it, as a fraction of 2^16 or,
     * in decimal mode, of 10^4 (the data sheet's -25.6 is 0xFFE6, 4000).
     */
    setConst(raw: number): void {
        this.rawConst = raw >>> 0
        this.divisor = this.mode & ENCMODE.encSelDecimal ? 10000 : 65536
        this.constInteger = raw >> 16
        this.constFraction = raw & 0xffff
    }

    /** Adds `delta` quadrature edges. The fraction is an integer of 1/divisor, so nothing is lost by rounding. */
    count(delta: number): void {
        this.quadrature = (this.quadrature + delta) & 3
        const units = this.fraction + delta * this.constFraction
        const carry = Math.floor(units / this.divisor)
        this.fraction = units - carry * this.divisor
        this.integer = (this.integer + delta * this.constInteger + carry) | 0
    }

    /**
     * New level of the N channel. Returns true if that is an N event in the configured mode, so that the caller can latch
     * XACTUAL as well (latch_x_act).
     */
    setN(level: boolean): boolean {
        if (level === this.n) return false
        this.n = level
        const m = this.mode
        const active = level === ((m & ENCMODE.polN) !== 0)
        const edge = active ? m & ENCMODE.posEdge : m & ENCMODE.negEdge
        // with neither edge selected the event is the active level itself
        const isSelected = edge !== 0 || (active && (m & (ENCMODE.posEdge | ENCMODE.negEdge)) === 0)
        const polarity =
            (m & ENCMODE.ignoreAb) !== 0 ||
            (this.aLevel === ((m & ENCMODE.polA) !== 0) &&
                this.bLevel === ((m & ENCMODE.polB) !== 0))
        if (!isSelected || !polarity || (m & (ENCMODE.clrCont | ENCMODE.clrOnce)) === 0)
            return false
        this.nEvent = true
        this.latch = this.integer
        if (m & ENCMODE.clrEncX) this.setXEnc(0)
        this.mode = m & ~ENCMODE.clrOnce
        return true
    }

    /** Compares with XACTUAL; the warning stays until cleared while the deviation is within limits. */
    checkDeviation(xactual: number): void {
        if (this.deviation > 0 && Math.abs((this.integer - xactual) | 0) > this.deviation)
            this.deviationWarn = true
    }

    /** Write to ENC_STATUS: ones clear; a persisting deviation sets its flag again at the next comparison. */
    clearStatus(bits: number): void {
        if (bits & 1) this.nEvent = false
        if (bits & 2) this.deviationWarn = false
    }
}
