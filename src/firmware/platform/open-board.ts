// Responsible for: the choice between metal and software.
// Not for: any driver.

import * as ds from "@devicescript/core"
import { ENGINE_SPI_MODE } from "../../shared/devices/line-engine"
import { openEsp32Board } from "./esp32-board"
import { Board } from "./board"
import { openVirtualBoard } from "./virtual-bridge"

/**
 * SCK of the motor driver. Its data sheet allows 4 MHz on the internal clock and wants SCK high and low for longer
 * than a clock period and 10 ns: 3.7 MHz at 8 MHz. This is what an ESP32-S3 makes of its 80 MHz below that.
 */
export const MOTOR_SPI_HZ = 3200000

/** Opens whatever board this program runs on: the same bytecode serves both. */
export async function openBoard(): Promise<Board> {
    return ds.isSimulator()
        ? await openVirtualBoard(ENGINE_SPI_MODE, MOTOR_SPI_HZ)
        : await openEsp32Board(ENGINE_SPI_MODE, MOTOR_SPI_HZ)
}
