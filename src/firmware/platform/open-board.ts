// Opens the board that the program runs on, real or virtual: the same bytecode serves both.

import * as ds from "@devicescript/core"
import { ENGINE_SPI_MODE } from "../../shared/devices/line-engine"
import { openEsp32Board } from "./esp32-board"
import { Board } from "./board"
import { openVirtualBoard } from "./virtual-bridge"

/**
 * SCK of the motor driver. Its data sheet allows 4 MHz on the internal clock and requires SCK high and low for longer
 * than a clock period plus 10 ns: 3.7 MHz at 8 MHz. The next lower rate that an ESP32-S3 derives from its 80 MHz.
 */
const MOTOR_SPI_HZ = 3200000
/** SCK of the FRAM, half of what its data sheet allows. It works in modes 0 and 3; the bus idles in mode 3. */
const FRAM_SPI_HZ = 10000000

export async function openBoard(): Promise<Board> {
    return ds.isSimulator()
        ? await openVirtualBoard(ENGINE_SPI_MODE, MOTOR_SPI_HZ, FRAM_SPI_HZ)
        : await openEsp32Board(ENGINE_SPI_MODE, MOTOR_SPI_HZ, FRAM_SPI_HZ)
}
