// Echoes that go back and forth between the transducer and a strong reflector, and return at multiples of its distance.

/** Repeats that are strong enough to be seen. */
const REPEATS = 3
/** Depth over which one of them is spread. */
const THICKNESS_MM = 0.08

/** The repeated echoes of one line: those of the first strong reflector. */
export class RepeatedEchoes {
    any = false
    private frontMm = 0
    private power = 0
    private factor = 0

    /** @param transducerMm radius of the transducer's surface */
    constructor(private readonly transducerMm: number) {}

    startLine(): void {
        this.any = false
    }

    /** A strong reflector at radius r: only the first of a line counts. @param db first repeat relative to its own echo */
    from(r: number, power: number, db: number): void {
        if (this.any) return
        this.any = true
        this.frontMm = r
        this.power = power
        this.factor = 10 ** (db / 10)
    }

    /** Once there is a reflector. */
    powerAt(r: number): number {
        const stepMm = this.frontMm - this.transducerMm
        const n = Math.floor((r - this.frontMm) / stepMm)
        const beyondMm = r - this.frontMm - n * stepMm
        return n >= 1 && n <= REPEATS && beyondMm < THICKNESS_MM ? this.power * this.factor ** n : 0
    }
}
