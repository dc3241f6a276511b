// The scale of millimetres that all lanes along the vessel share: a place is the same pixel in each.

export class AlongScale {
    constructor(
        readonly fromMm: number,
        readonly toMm: number,
        readonly widthPx: number
    ) {}

    x(mm: number): number {
        return ((mm - this.fromMm) / (this.toMm - this.fromMm)) * this.widthPx
    }

    mm(x: number): number {
        return this.fromMm + (x / this.widthPx) * (this.toMm - this.fromMm)
    }

    /** Places of the ruler: so far apart that their texts do not touch. */
    ticks(minPx = 70): number[] {
        const step = niceStep(((this.toMm - this.fromMm) * minPx) / this.widthPx)
        const first = Math.ceil(this.fromMm / step - 1e-9)
        const last = Math.floor(this.toMm / step + 1e-9)
        return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => (first + n) * step)
    }
}

/** 1, 2 or 5 times a power of ten, not below a value. */
export function niceStep(least: number): number {
    const power = 10 ** Math.floor(Math.log10(Math.max(1e-6, least)))
    return power * ([1, 2, 5, 10].find(factor => factor * power >= least - 1e-12) ?? 10)
}
