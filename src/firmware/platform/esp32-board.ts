// Responsible for: SPI and pins of the ESP32-S3 cart board (boards/ivus_cart_s3.board.json).
// Not for: RP2040 boards: their SPI misbehaves in this runtime (half-duplex reads hang).
// Not yet run on a board of metal.

import * as ds from "@devicescript/core"
import "@devicescript/gpio"
import { pins } from "@dsboard/ivus_cart_s3"
import { PIN_DRV_ENN } from "../../wire/virtual-board"
import { Board } from "./board"
import { Lock, SpiChip } from "./spi"

/** The natives behind @devicescript/spi, whose own methods allocate a buffer a transfer. */
type SpiNatives = typeof ds & {
    spiConfigure(
        miso: number,
        mosi: number,
        sck: number,
        mode: number,
        hz: number
    ): void
    spiXfer(tx: Buffer, rx: Buffer): Promise<void>
}

class BusChip implements SpiChip {
    constructor(
        private lock: Lock,
        private select: ds.OutputPin,
        private mode: number,
        private hz: number
    ) {}

    async transfer(tx: Buffer, rx: Buffer, _used: number): Promise<void> {
        await this.lock.take()
        try {
            const spi = ds as SpiNatives
            // The native returns at once when nothing has changed since the last call.
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
            this.lock.give()
        }
    }
}

export async function openEsp32Board(
    mode: number,
    motor_hz: number,
    engine_hz: number
): Promise<Board> {
    const lock = new Lock()
    pins.CS_MOTOR.setMode(ds.GPIOMode.OutputHigh)
    pins.CS_ENGINE.setMode(ds.GPIOMode.OutputHigh)
    pins.DRV_ENN.setMode(ds.GPIOMode.OutputHigh)
    pins.HEARTBEAT.setMode(ds.GPIOMode.OutputLow)
    return {
        motor: new BusChip(lock, pins.CS_MOTOR, mode, motor_hz),
        engine: new BusChip(lock, pins.CS_ENGINE, mode, engine_hz),
        setPin: async (pin, level) => {
            if (pin === PIN_DRV_ENN) pins.DRV_ENN.write(level)
            else pins.HEARTBEAT.write(level)
        },
    }
}
