// Creates the transducer front end of the virtual board (line-engine/, un0rick/) behind one interface.

import { catheterOf } from "../../src/shared/acquisition/catheters"
import { ENGINE_SPI_MODE } from "../../src/shared/devices/line-engine"
import { UN_SPI_MODE } from "../../src/shared/devices/un0rick"
import { CHIP_ENGINE, CHIP_UN0RICK } from "../../src/shared/devices/virtual-board"
import type { TransmitCounter } from "./instruments/transmit-counter"
import { LineEngine } from "./line-engine/line-engine"
import type { SledRig } from "./sled/rig"
import type { SpiDevice } from "./spi/spi-bridge"
import { un0rickEcho } from "./un0rick/echo"
import { Un0rick, type Un0rickOptions } from "./un0rick/un0rick"
import type { VirtualBoardSetup } from "./virtual-board-options"

export type FrontEndKind = "line-engine" | "un0rick"

export interface VirtualFrontEnd {
    /** Chip number on the SPI bus, and the SPI mode of the device. */
    readonly chip: number
    readonly mode: number
    readonly name: string
    readonly device: SpiDevice
    /** The one that it is; the other is undefined. */
    readonly engine?: LineEngine
    readonly un0rick?: Un0rick
    /** Advances the front end, and the sled with it, to this time. */
    advanceTo(timeUs: number): void
    /** TX_INHIBIT from the safety circuit: true blocks transmission. */
    inhibit(on: boolean): void
    /** R wave of the ECG. */
    trigger(timeUs: number): void
    /** Its power fails and comes back. */
    powerCycle(timeUs: number): void
}

/**
 * The front end that the options ask for, connected to the sled and to the transmit counter.
 * @param echo writes the envelope of line `index` with the tip at a position, default: where it is now
 */
export function createFrontEnd(
    options: VirtualBoardSetup,
    rig: SledRig,
    transmit: TransmitCounter,
    echo: (index: number, out: Float32Array, positionMm?: number) => void
): VirtualFrontEnd {
    const world = {
        advanceTo: (timeUs: number) => rig.advanceTo(timeUs),
        onTransmit: (timeUs: number) => transmit.onPulse(timeUs),
    }
    if (options.frontEnd === "un0rick")
        return un0rickFrontEnd(
            options.catheter.id,
            {
                ...world,
                // Samples are computed some time after the pulse: the tip's ruler has the position at the pulse.
                echo: (timeUs, index, out) => echo(index, out, rig.tipRuler.positionMm(timeUs)),
            },
            options.un0rickVersion === undefined ? {} : { version: options.un0rickVersion }
        )
    const engine = new LineEngine(
        {
            ...world,
            echo: (index, out) => echo(index, out),
            channelDataEcho: (shot, out) =>
                options.channelData?.line(rig.tipMm - (options.vesselOriginMm ?? 0), shot, out),
        },
        options.catheter,
        { seed: options.seed, nurdDeg: options.nurdDeg ?? 0 },
        options.engine
    )
    rig.encoder.attach(engine.firing)
    return engineFrontEnd(engine)
}

function engineFrontEnd(engine: LineEngine): VirtualFrontEnd {
    return {
        engine,
        chip: CHIP_ENGINE,
        mode: ENGINE_SPI_MODE,
        name: "line-engine",
        device: engine,
        advanceTo: timeUs => engine.firing.advanceTo(timeUs),
        inhibit: on => void (engine.firing.inhibited = on),
        trigger: timeUs => engine.firing.trigger(timeUs),
        powerCycle: timeUs => engine.powerCycle(timeUs),
    }
}

/** What an un0rick needs from the rest of the board. */
interface Un0rickEnvironment {
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
function un0rickFrontEnd(
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
        powerCycle: () => {
            un0rick.reset()
            un0rick.reloadGain()
        },
    }
}
