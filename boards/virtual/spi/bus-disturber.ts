// Disturbs SPI transfers between the bridge and its devices: lost, doubled, delayed, or with wrong bits in either direction.

/** How a transfer is disturbed. */
export type Disturbed =
    /** Chip select does not arrive: the device receives nothing, and MISO reads this level. */
    | { readonly how: "lost"; readonly miso: 0 | 1 }
    /** The device receives the transfer twice; MISO is that of the second time. */
    | { readonly how: "doubled" }
    /** The transfer begins this much later. */
    | { readonly how: "delayed"; readonly ms: number }
    /** These bits are inverted, counted from the first bit of the transfer; the last bit follows the first one. */
    | { readonly how: "flipped"; readonly line: "mosi" | "miso"; readonly bits: readonly number[] }
    /** The reply is all zeros or all ones, or that of the transfer before; the device receives the right bits. */
    | { readonly how: "replaced"; readonly by: "zeros" | "ones" | "previous" }

/** Which transfers are disturbed. */
export interface Disturbance {
    /** Name of the device on the bus. */
    readonly device: string
    readonly disturbed: Disturbed
    /** Whether this transfer is meant; default: every one. */
    readonly meant?: (mosi: Uint8Array) => boolean
    /** Time in which each transfer is disturbed; absent: only the first one. */
    readonly forUs?: number
}

/** A transfer as it was disturbed, for the log of a test. */
export interface DisturbedTransfer {
    readonly timeUs: number
    readonly mosi: Uint8Array
    readonly miso: Uint8Array
}

export class BusDisturber {
    /** The transfers that were disturbed. */
    readonly log: DisturbedTransfer[] = []
    private active: Disturbance | undefined
    private firstUs: number | undefined
    private readonly previous: Record<string, Uint8Array> = {}

    /** Disturbs transfers from now on. */
    begin(disturbance: Disturbance): void {
        this.active = disturbance
        this.firstUs = undefined
    }

    end(): void {
        this.active = undefined
    }

    /** Delay before this transfer begins, in us. */
    delayUs(device: string, mosi: Uint8Array, timeUs: number): number {
        const { active } = this
        if (active?.disturbed.how !== "delayed" || !this.isMeant(device, mosi, timeUs)) return 0
        this.note(mosi, mosi, timeUs)
        return 1000 * active.disturbed.ms
    }

    /** Carries out one transfer by `transfer`, disturbed or not. @returns what the controller reads */
    through(
        device: string,
        mosi: Uint8Array,
        timeUs: number,
        transfer: (mosi: Uint8Array) => Uint8Array
    ): Uint8Array {
        const how = this.active?.disturbed
        const disturbs = how && how.how !== "delayed" && this.isMeant(device, mosi, timeUs)
        const miso = disturbs ? this.disturb(how, device, mosi, transfer) : transfer(mosi)
        if (disturbs) this.note(mosi, miso, timeUs)
        this.previous[device] = miso
        return miso
    }

    private note(mosi: Uint8Array, miso: Uint8Array, timeUs: number): void {
        this.log.push({ timeUs, mosi, miso })
        this.firstUs ??= timeUs
        if (this.active?.forUs === undefined) this.end()
    }

    private isMeant(device: string, mosi: Uint8Array, timeUs: number): boolean {
        const { active, firstUs } = this
        if (active?.device !== device) return false
        if (firstUs !== undefined && timeUs - firstUs > active.forUs!) {
            this.end()
            return false
        }
        return active.meant?.(mosi) ?? true
    }

    private disturb(
        how: Exclude<Disturbed, { how: "delayed" }>,
        device: string,
        mosi: Uint8Array,
        transfer: (mosi: Uint8Array) => Uint8Array
    ): Uint8Array {
        if (how.how === "lost") return filled(mosi.length, how.miso)
        if (how.how === "doubled") {
            transfer(mosi)
            return transfer(mosi)
        }
        if (how.how === "flipped") {
            if (how.line === "mosi") return transfer(flipped(mosi, how.bits))
            return flipped(transfer(mosi), how.bits)
        }
        const miso = transfer(mosi)
        if (how.by !== "previous") return filled(miso.length, how.by === "ones" ? 1 : 0)
        const previous = this.previous[device]
        return previous?.length === miso.length ? previous : miso
    }
}

function filled(length: number, level: 0 | 1): Uint8Array {
    return new Uint8Array(length).fill(level ? 0xff : 0)
}

function flipped(bytes: Uint8Array, bits: readonly number[]): Uint8Array {
    const changed = Uint8Array.from(bytes)
    for (const bit of bits) {
        const at = bit % (8 * bytes.length)
        changed[at >> 3]! ^= 0x80 >> (at & 7)
    }
    return changed
}
