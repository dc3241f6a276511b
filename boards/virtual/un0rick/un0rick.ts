// The un0rick board on its SPI bus: registers, RAM address, mux, misuse log.
// Written from the facts in the gateware's src/rtl/csr.v and hvmuxctl.v (kelu124/un0rick, folder usb/verilog).

import {
    UN_ACQBUSY,
    UN_ACQDONE,
    UN_ACQSTART,
    UN_DACGAIN,
    UN_GAIN_STEPS,
    UN_HVMUXEN,
    UN_HVMUXSW,
    UN_INITDEL,
    UN_INTERW,
    UN_LINES_MAX,
    UN_NBLINES,
    UN_POFFW,
    UN_PONW,
    UN_RAMDATA,
    UN_RAMFDEC,
    UN_RAMFDONE,
    UN_RAMFINC,
    UN_RAMRADDRRST,
    UN_RAM_WORDS,
    UN_SAMPLE_HZ,
    UN_SPI_HZ,
    UN_VERSION,
} from "../../../src/shared/devices/un0rick"
import { Acquisition, type LineSettings, type Pulse, type Un0rickEcho } from "./acquisition"
import { SPEC_OF, REGISTERS } from "./register-table"
import { SpiSlave, type RegisterBus } from "./spi-slave"

export type { Pulse, Un0rickEcho } from "./acquisition"

/** An access that the gateware accepts but a driver should not make. */
export interface Misuse {
    readonly timeUs: number
    readonly what: string
}

export interface Un0rickOptions {
    echo?: Un0rickEcho
    /** Clock of the bus; at a fast clock the first bit of a read is late. */
    sckHz?: number
    /** Value of VERSION. */
    version?: number
    onPulse?(pulse: Pulse): void
}

/** 16 bits at a 64th of the clock, and the latch. */
const MUX_US = (1060 * 1e6) / UN_SAMPLE_HZ

export class Un0rick {
    readonly misuse: Misuse[] = []
    /** Closed switches of the mux chip. */
    switches = 0
    /** Level of MISO when the bus is disconnected. */
    dead: "ones" | "zeros" | undefined
    readonly acquisition: Acquisition
    private readonly values = new Map<number, number>()
    private readonly slave: SpiSlave
    private readonly flips = new Map<number, number>()
    private readAddress = 0
    private latch: { timeUs: number; switches: number } | undefined

    constructor(private readonly options: Un0rickOptions = {}) {
        const bus: RegisterBus = {
            read: (address, timeUs) => this.read(address, timeUs),
            write: (address, value, timeUs) => this.write(address, value, timeUs),
        }
        this.slave = new SpiSlave(bus, options.sckHz ?? UN_SPI_HZ)
        this.acquisition = new Acquisition(
            options.echo ?? (() => undefined),
            () => this.lineSettings(),
            pulse => options.onPulse?.(pulse)
        )
        this.setAll(() => true)
    }

    /** One chip-select period. */
    transfer(mosi: Uint8Array, timeUs: number): Uint8Array {
        if (this.dead) return new Uint8Array(mosi.length).fill(this.dead === "ones" ? 0xff : 0)
        return this.slave.transfer(mosi, timeUs)
    }

    /** Logic reset: the gain table (block RAM) and the external RAM keep their contents. */
    reset(): void {
        this.setAll(address => !isGain(address))
        this.slave.reset()
        this.acquisition.reset()
        this.readAddress = 0
        this.latch = undefined
    }

    /** Restores the gain table of the FPGA configuration. */
    reloadGain(): void {
        this.setAll(isGain)
    }

    /** Bits of one RAM word that read inverted from now on. */
    flipRam(address: number, mask: number): void {
        this.flips.set(address, mask)
    }

    private setAll(chosen: (address: number) => boolean): void {
        for (const { address, reset } of REGISTERS)
            if (chosen(address)) this.values.set(address, reset)
    }

    private value(address: number): number {
        return this.values.get(address)!
    }

    /** Sends the pulses due by then and stores completed lines in the RAM. */
    advanceTo(timeUs: number): void {
        if (this.latch && timeUs >= this.latch.timeUs) {
            this.switches = this.latch.switches
            this.latch = undefined
        }
        this.acquisition.advanceTo(timeUs)
    }

    private note(what: string, timeUs: number): void {
        this.misuse.push({ timeUs, what })
    }

    private read(address: number, timeUs: number): number | undefined {
        this.advanceTo(timeUs)
        const facts = SPEC_OF.get(address)
        if (!facts) {
            this.note(`read of 0x${address.toString(16)}, which does not exist`, timeUs)
            return undefined
        }
        if (facts.access === "wo") return 0
        switch (address) {
            case UN_ACQDONE:
                return this.acquisition.done ? 1 : 0
            case UN_ACQBUSY:
                return this.acquisition.busy ? 1 : 0
            case UN_RAMFDONE:
                return this.acquisition.filled ? 1 : 0
            case UN_RAMDATA:
                return this.readRam(timeUs)
            case UN_VERSION:
                return this.options.version ?? facts.reset
            default:
                return this.value(address)
        }
    }

    private readRam(timeUs: number): number {
        if (this.acquisition.samplingAt(timeUs))
            this.note("RAM read while samples are written", timeUs)
        if (this.acquisition.filling) this.note("RAM read while it is being filled", timeUs)
        const at = this.readAddress
        this.readAddress = (at + 1) % UN_RAM_WORDS
        return this.acquisition.ram[at]! ^ (this.flips.get(at) ?? 0)
    }

    private write(address: number, value: number, timeUs: number): void {
        this.advanceTo(timeUs)
        const facts = SPEC_OF.get(address)
        if (!facts || facts.access === "ro") {
            this.note(`write to 0x${address.toString(16)}, which is not writable`, timeUs)
            return
        }
        if (facts.access === "rw") this.values.set(address, value & ((1 << facts.bits) - 1))
        switch (address) {
            case UN_ACQSTART:
                this.start(timeUs)
                break
            case UN_RAMRADDRRST:
                this.readAddress = 0
                break
            case UN_RAMFINC:
            case UN_RAMFDEC:
                if (this.acquisition.busy) this.note("RAM filled during an acquisition", timeUs)
                this.acquisition.startFill(address === UN_RAMFINC ? 1 : -1, timeUs)
                break
            case UN_HVMUXSW:
                this.setMux(value, timeUs)
                break
            default:
                if (this.acquisition.busy)
                    this.note(`${facts.name} written during an acquisition`, timeUs)
        }
    }

    private start(timeUs: number): void {
        if (this.acquisition.busy) this.note("ACQSTART written while busy: ignored", timeUs)
        if (this.latch && this.latch.timeUs > timeUs + 1e6 * (504 / UN_SAMPLE_HZ))
            this.note("fired before the switches were set", timeUs)
        const lines = (this.value(UN_NBLINES) % UN_LINES_MAX) + 1
        this.acquisition.start(lines, timeUs)
    }

    private setMux(switches: number, timeUs: number): void {
        if (this.acquisition.busy) this.note("switches changed during an acquisition", timeUs)
        if (this.latch) this.note("switches written too fast", timeUs)
        // Without HVMUXEN the pins are plain outputs and the mux ignores them.
        if (this.value(UN_HVMUXEN) === 1) this.latch = { timeUs: timeUs + MUX_US, switches }
    }

    private lineSettings(): LineSettings {
        const periods = (address: number): number => this.value(address) + 1
        return {
            delayPeriods: periods(UN_INITDEL),
            onPeriods: periods(UN_PONW),
            gapPeriods: periods(UN_INTERW),
            dampPeriods: periods(UN_POFFW),
            gain: Array.from({ length: UN_GAIN_STEPS }, (_, i) => this.value(UN_DACGAIN + i)),
            switches: this.switches,
        }
    }
}

function isGain(address: number): boolean {
    return address >= UN_DACGAIN && address < UN_DACGAIN + UN_GAIN_STEPS
}
