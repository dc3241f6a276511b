// The Jacdac cable: one wire, on which each board hears the frames of all others, in their order.
// Source: Jacdac protocol specification, "Physical layer".

import type { VirtualClock } from "./vm/virtual-clock"
import { WireFilter } from "./wire-filter"

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

interface Device {
    readonly receive: (frame: Uint8Array) => void
    /** Of a board; undefined for a tool. */
    readonly filter: WireFilter | undefined
    /** What the board does not put on the wire is heard by the tools, which are connected to it by USB. */
    readonly servesTools: boolean
}

export class JacdacCable {
    private readonly devices: Device[] = []
    private freeUs = 0

    constructor(private readonly clock: VirtualClock) {}

    /**
     * Plugs in a tool by the USB of the cart: it hears all that the cart sends and all that is on the wire.
     * @param receive called from a clock alarm with each frame of another device
     */
    plug(receive: (frame: Uint8Array) => void): CablePort {
        return this.add({ receive, filter: undefined, servesTools: false })
    }

    /**
     * Plugs in a board, whose runtime puts only a part of its frames on the wire ({@link WireFilter}).
     * @param servesTools whether the tools are plugged into the USB of this board
     */
    plugBoard(receive: (frame: Uint8Array) => void, servesTools = false): CablePort {
        return this.add({ receive, filter: new WireFilter(), servesTools })
    }

    private add(device: Device): CablePort {
        this.devices.push(device)
        return {
            send: frame => this.carry(frame, device),
            unplug: () => {
                const at = this.devices.indexOf(device)
                if (at >= 0) this.devices.splice(at, 1)
            },
        }
    }

    private carry(frame: Uint8Array, from: Device): void {
        const isOnWire = from.filter?.passes(frame) ?? true
        const hears = (device: Device): boolean =>
            device !== from && (isOnWire || (from.servesTools && !device.filter))
        // A frame that nobody hears takes no time.
        if (!this.devices.includes(from) || !this.devices.some(hears)) return
        // The sender may use its buffer again.
        const copy = Uint8Array.from(frame)
        this.freeUs = Math.max(this.freeUs, this.clock.nowUs) + GAP_US + US_PER_BYTE * copy.length
        this.clock.at(this.freeUs, () => {
            for (const device of this.devices.filter(hears)) device.receive(copy)
        })
    }
}
