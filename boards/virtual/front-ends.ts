// Adapters that give the virtual board one interface to the transducer front ends (line-engine/, un0rick/).

import { catheterOf } from "../../src/shared/acquisition/catheters"
import { ENGINE_SPI_MODE } from "../../src/shared/devices/line-engine"
import { UN_SPI_MODE } from "../../src/shared/devices/un0rick"
import { CHIP_ENGINE, CHIP_UN0RICK } from "../../src/shared/devices/virtual-board"
import type { LineEngine } from "./line-engine/line-engine"
import type { SpiDevice } from "./spi/spi-bridge"
import { un0rickEcho } from "./un0rick/echo"
import { Un0rick, type Un0rickOptions } from "./un0rick/un0rick"

export type FrontEndKind = "line-engine" | "un0rick"

export interface VirtualFrontEnd {
    /** Chip number on the SPI bus, and the SPI mode of the device. */
    readonly chip: number
    readonly mode: number
    readonly name: string
    readonly device: SpiDevice
    /** Advances the front end, and the sled with it, to this time. */
    advanceTo(timeUs: number): void
    /** TX_INHIBIT from the safety circuit: true blocks transmission. */
    inhibit(on: boolean): void
    /** R wave of the ECG. */
    trigger(timeUs: number): void
}

export function engineFrontEnd(engine: LineEngine): VirtualFrontEnd {
    return {
        chip: CHIP_ENGINE,
        mode: ENGINE_SPI_MODE,
        name: "line-engine",
        device: engine,
        advanceTo: timeUs => engine.firing.advanceTo(timeUs),
        inhibit: on => void (engine.firing.inhibited = on),
        trigger: timeUs => engine.firing.trigger(timeUs),
    }
}

/** What an un0rick needs from the rest of the board. */
export interface Un0rickEnvironment {
    /** Advances the sled to this time. */
    advanceTo(timeUs: number): void
    /** Writes the envelope of line `index` as it was at `timeUs`, which is in the past. */
    echo(timeUs: number, index: number, out: Float32Array): void
    onTransmit(timeUs: number): void
}

/**
 * An un0rick with this catheter connected.
 * @throws RangeError for an unknown catheter
 */
export function un0rickFrontEnd(
    catheterId: string,
    world: Un0rickEnvironment,
    options: Pick<Un0rickOptions, "version"> = {}
): VirtualFrontEnd & { readonly un0rick: Un0rick } {
    const catheter = catheterOf(catheterId)
    if (!catheter) throw new RangeError(`unknown catheter ${catheterId}`)
    const un0rick = new Un0rick({
        ...options,
        echo: un0rickEcho(catheter, (timeUs, index, out) => world.echo(timeUs, index, out)),
        onPulse: pulse => world.onTransmit(pulse.timeUs),
    })
    const advanceTo = (timeUs: number): void => {
        world.advanceTo(timeUs)
        un0rick.advanceTo(timeUs)
    }
    return {
        un0rick,
        chip: CHIP_UN0RICK,
        mode: UN_SPI_MODE,
        name: "un0rick",
        device: {
            transfer: (mosi, timeUs) => {
                advanceTo(timeUs)
                return un0rick.transfer(mosi, timeUs)
            },
        },
        advanceTo,
        // The un0rick has no TX_INHIBIT input: the safety circuit switches the supply of its pulser.
        inhibit: on => void (un0rick.acquisition.supplied = !on),
        // It has no ECG input either.
        trigger: () => undefined,
    }
}
