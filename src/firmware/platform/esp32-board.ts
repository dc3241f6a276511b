// SPI and pins of the ESP32-S3 cart board (boards/ivus_cart_s3.board.json). Not yet run on real hardware.
// DeviceScript's SPI has one data lane, so there is no transferQuad.

import * as ds from "@devicescript/core"
import "@devicescript/gpio"
import { pins } from "@dsboard/ivus_cart_s3"
import { LINK_BYTES_PER_S } from "../../shared/acquisition/sequence-budget"
import { PIN_DRV_ENN, PIN_SAFE_REARM } from "../../shared/devices/pins"
import { Board } from "./board"
import { Lock, SpiChip } from "./spi"

/** The natives behind @devicescript/spi, whose own methods allocate a buffer per transfer. */
type SpiNatives = typeof ds & {
    spiConfigure(miso: number, mosi: number, sck: number, mode: number, hz: number): void
    spiXfer(tx: Buffer, rx: Buffer): Promise<void>
}

class BusChip implements SpiChip {
    /** One transfer of {@link transferEach}, as the native takes whole buffers only. */
    private piece_tx = Buffer.alloc(0)
    private piece_rx = Buffer.alloc(0)
    private long_tx = Buffer.alloc(0)

    constructor(
        private lock: Lock,
        private select: ds.OutputPin,
        private mode: number,
        private hz: number
    ) {}

    async transfer(tx: Buffer, rx: Buffer): Promise<void> {
        await this.lock.take()
        try {
            await this.period(tx.length < rx.length ? this.padded(tx, rx.length) : tx, rx)
        } finally {
            this.lock.give()
        }
    }

    /** `tx` padded with zeros, in a reused buffer: the native needs both buffers of one length. */
    private padded(tx: Buffer, length: number): Buffer {
        if (this.long_tx.length !== length) this.long_tx = Buffer.alloc(length)
        this.long_tx.blitAt(0, tx, 0, tx.length)
        return this.long_tx
    }

    async transferEach(tx: Buffer, rx: Buffer, length: number): Promise<void> {
        if (this.piece_tx.length !== length) {
            this.piece_tx = Buffer.alloc(length)
            this.piece_rx = Buffer.alloc(length)
        }
        await this.lock.take()
        try {
            for (let at = 0; at < tx.length; at += length) {
                this.piece_tx.blitAt(0, tx, at, length)
                await this.period(this.piece_tx, this.piece_rx)
                rx.blitAt(at, this.piece_rx, 0, length)
            }
        } finally {
            this.lock.give()
        }
    }

    private async period(tx: Buffer, rx: Buffer): Promise<void> {
        try {
            const spi = ds as SpiNatives
            // The native returns at once if the configuration has not changed.
            spi.spiConfigure(
                pins.SPI_MISO.gpio,
                pins.SPI_MOSI.gpio,
                pins.SPI_SCK.gpio,
                this.mode,
                this.hz
            )
            this.select.write(0)
            await spi.spiXfer(tx, rx)
        } finally {
            this.select.write(1)
        }
    }
}

/** @param mode SPI mode of motor driver and FRAM */
export async function openEsp32Board(
    mode: number,
    motor_hz: number,
    fram_hz: number
): Promise<Board> {
    const lock = new Lock()
    // First: after a panic the pins still have the levels of the program before.
    pins.DRV_ENN.setMode(ds.GPIOMode.OutputHigh)
    pins.CS_FRAM.setMode(ds.GPIOMode.OutputHigh)
    pins.CS_MOTOR.setMode(ds.GPIOMode.OutputHigh)
    pins.CS_ENGINE.setMode(ds.GPIOMode.OutputHigh)
    pins.HEARTBEAT.setMode(ds.GPIOMode.OutputLow)
    pins.SAFE_REARM.setMode(ds.GPIOMode.OutputLow)
    pins.SAFE_SENSE.setMode(ds.GPIOMode.Input)
    return {
        motor: new BusChip(lock, pins.CS_MOTOR, mode, motor_hz),
        fram: new BusChip(lock, pins.CS_FRAM, mode, fram_hz),
        // A board has one front end, and one chip select for it.
        openFrontEnd: (_, mode, hz) => new BusChip(lock, pins.CS_ENGINE, mode, hz),
        link_bytes_per_s: LINK_BYTES_PER_S,
        setPin: async (pin, level) => {
            if (pin === PIN_DRV_ENN) pins.DRV_ENN.write(level)
            else if (pin === PIN_SAFE_REARM) pins.SAFE_REARM.write(level)
            else pins.HEARTBEAT.write(level)
        },
        // It has one input pin.
        readPin: () => pins.SAFE_SENSE.value,
    }
}
