// The Jacdac cable: one wire, on which each device hears the frames of all others, in their order.
// Source: Jacdac protocol specification, "Physical layer".

import type { VirtualClock } from "./vm/virtual-clock"

/** 1 Mbit/s, with start and stop bit. */
const US_PER_BYTE = 10
/** Start pulse, end pulse and the pause between two frames, together: an estimate. */
const GAP_US = 100

/** The connection of one device. */
export interface CablePort {
    /** Puts a frame on the wire as soon as it is free. */
    send(frame: Uint8Array): void
    unplug(): void
}

export class JacdacCable {
    private readonly devices: ((frame: Uint8Array) => void)[] = []
    private freeUs = 0

    constructor(private readonly clock: VirtualClock) {}

    /** @param receive called from a clock alarm with each frame of another device */
    plug(receive: (frame: Uint8Array) => void): CablePort {
        this.devices.push(receive)
        return {
            send: frame => this.carry(frame, receive),
            unplug: () => {
                const at = this.devices.indexOf(receive)
                if (at >= 0) this.devices.splice(at, 1)
            },
        }
    }

    private carry(frame: Uint8Array, from: (frame: Uint8Array) => void): void {
        // Nobody else listens.
        if (this.devices.length < 2) return
        // The sender may use its buffer again.
        const copy = Uint8Array.from(frame)
        this.freeUs = Math.max(this.freeUs, this.clock.nowUs) + GAP_US + US_PER_BYTE * copy.length
        this.clock.at(this.freeUs, () => {
            for (const receive of [...this.devices]) if (receive !== from) receive(copy)
        })
    }
}
