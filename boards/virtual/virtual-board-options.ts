// Options of the virtual board.

import type { UnitOptions } from "./bedside/bedside-unit"
import type { TimedFault } from "./fault"
import type { FrontEndKind } from "./front-ends"
import type { EngineBuild, PluggedCatheter } from "./line-engine/line-engine"
import type { Sheath } from "./sheath/sheath"
import type { SledRigOptions } from "./sled"
import type { SpiTransfer } from "./spi/spi-bridge"
import type { ChannelDataSource, EchoSource } from "./vessel/vessel"
import type { VirtualClock } from "./vm/virtual-clock"
import type { VmSocket } from "./vm/device-vm"

/** Options of the virtual board. The command line and the tests pass this object on unchanged. */
export interface VirtualBoardOptions {
    /** All random numbers follow from it. */
    readonly seed: number
    readonly echo: EchoSource
    /** Channel data of element pairs; default: none. */
    readonly channelData?: ChannelDataSource
    /** Position of the tip, in the coordinate of the sled, at z = 0 of the vessel, in mm; default 0. */
    readonly vesselOriginMm?: number
    /** Options of the sled that differ from the defaults. */
    readonly sled?: Omit<SledRigOptions, "seed">
    /** A sheath for {@link VirtualBoard.coupleCable}, and its name for reports; default: none, and the tip moves as the sled. */
    readonly sheath?: { readonly name: string; readonly sheath: Sheath }
    /** Heart rate of the ECG in beats per minute; default: no ECG connected. */
    readonly heartRatePerMin?: number
    /** Non-uniform rotation: peak lag of a rotational catheter's tip behind its drive, in degrees; default 0. */
    readonly nurdDeg?: number
    /** Build variant of the line engine; default: one data lane and the shortest FIFO. */
    readonly engine?: EngineBuild
    /** Value of the VERSION register of an un0rick, if not the supported version. */
    readonly un0rickVersion?: number
    /** Bedside units on the Jacdac cable; default: none. */
    readonly units?: readonly UnitOptions[]
    /** The stored settings of a board that was switched off: its {@link VirtualBoard.settings}. */
    readonly settings?: Uint8Array
    /** The contents of the FRAM of a board that was switched off: its {@link VirtualBoard.fram}.memory. */
    readonly fram?: Uint8Array
    /** Faults, each started at its time. */
    readonly faults?: readonly TimedFault[]
    readonly onLog?: (line: string, timeUs: number) => void
    readonly onSpi?: (transfer: SpiTransfer) => void
}
/** The options of a board, and what it is connected to. */
export interface VirtualBoardSetup extends VirtualBoardOptions {
    /** Time base shared by everything on the board; stepping it drives the board. */
    readonly clock: VirtualClock
    /** `bytecode.devs` as `devs build` wrote it. */
    readonly bytecodeFile: string
    readonly catheter: PluggedCatheter
    /** Default: line engine. */
    readonly frontEnd?: FrontEndKind
    /** Settings that are written to the board before its program reads them, as deploying does; values become JSON. */
    readonly deploy?: Readonly<Record<string, unknown>>
    /** The board opens its socket to the host. */
    readonly onConnect: (peer: VmSocket) => void
}
