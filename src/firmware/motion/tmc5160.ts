// Drives one TMC5160 over SPI: presence check, verified register writes, one poll of all supervised registers.
// Source: TMC5160/TMC5160A data sheet rev. 1.17 (registers, SPI datagram, GSTAT, RAMP_STAT, DRV_STATUS).

import { FAULT_MOTOR_DRIVER_MISSING, FAULT_MOTOR_DRIVER_WRITE } from "../../shared/codes"
import { signedOf } from "../../shared/protocol/register-dump"
import * as reg from "../../shared/devices/tmc5160"
import { CartFault } from "../platform/cart-fault"
import { SpiChip } from "../platform/spi"

const DATAGRAM = 5
const WRITE = 0x80
/** Addresses have seven bits. */
const REGISTERS = 0x80
/** A write whose read-back differs is repeated: one transfer may have been disturbed. */
const WRITE_TRIES = 3
/** Registers that can be read back and do not change by themselves: GCONF, RAMPMODE, XTARGET, SW_MODE, ENCMODE, CHOPCONF. */
const VERIFIED = hex`00 20 2d 34 38 6c`
/**
 * Registers that a poll reads: XACTUAL, X_ENC, VACTUAL, RAMP_STAT, DRV_STATUS, GSTAT, ENC_STATUS, IOIN. A value is returned with the
 * next datagram; the last datagram only fetches IOIN.
 */
const POLLED = hex`21 39 22 35 6f 01 3b 04 04`

let chip: SpiChip

/** SPI status byte of the last transfer. */
export let spi_status = 0
/** Value that {@link probeRegister} read. */
export let probed_value = 0
// As of the last pollDriver().
export let xactual = 0
/** Encoder in microsteps. */
export let x_enc = 0
export let vactual = 0
export let ramp_stat = 0
export let drv_status = 0
export let gstat = 0
export let enc_status = 0

// The value last written to each register, as most ramp registers cannot be read. Buffers, since a map would allocate a string
// for each address.
const shadow = Buffer.alloc(4 * REGISTERS)
const shadow_valid = Buffer.alloc(REGISTERS)

const tx = Buffer.alloc(DATAGRAM)
const rx = Buffer.alloc(DATAGRAM)
const pair_tx = Buffer.alloc(2 * DATAGRAM)
const pair_rx = Buffer.alloc(2 * DATAGRAM)
// readEncoder() has its own, as it runs in another fiber.
const encoder_tx = Buffer.alloc(2 * DATAGRAM)
const encoder_rx = Buffer.alloc(2 * DATAGRAM)
const poll_tx = Buffer.alloc(DATAGRAM * POLLED.length)
const poll_rx = Buffer.alloc(DATAGRAM * POLLED.length)

/** To be called once, before any other function of this file. */
export function openDriver(motor: SpiChip): void {
    chip = motor
    for (let i = 0; i < POLLED.length; ++i) poll_tx[i * DATAGRAM] = POLLED[i]
    encoder_tx[0] = reg.X_ENC
    encoder_tx[DATAGRAM] = reg.X_ENC
}

/** Checks that a TMC5160 answers and clears its reset flag. @throws CartFault */
export async function beginDriver(): Promise<void> {
    const version = (await readRegister(reg.IOIN)) >>> 24
    if (version !== reg.IOIN_VERSION) throw new CartFault(FAULT_MOTOR_DRIVER_MISSING, version)
    await writeRegister(reg.GSTAT, reg.GSTAT_ALL)
}

/** Sends one datagram. @returns the value that the previous datagram requested */
async function datagram(address: number, value: number): Promise<number> {
    tx[0] = address
    tx[1] = value >>> 24
    tx[2] = (value >>> 16) & 0xff
    tx[3] = (value >>> 8) & 0xff
    tx[4] = value & 0xff
    await chip.transfer(tx, rx)
    spi_status = rx[0]
    return valueAt(rx, 0)
}

/** Reads one register. Request and answer are two transfers with nothing else on the bus between them. */
export async function readRegister(address: number): Promise<number> {
    pair_tx[0] = address
    pair_tx[DATAGRAM] = address
    await chip.transferEach(pair_tx, pair_rx, DATAGRAM)
    spi_status = pair_rx[DATAGRAM]
    return valueAt(pair_rx, 1)
}

/**
 * Reads the encoder now; may be called from another fiber than the one that polls. The answer is not checked: the next poll
 * detects a missing chip.
 * @returns microsteps, like {@link x_enc}
 */
export async function readEncoder(): Promise<number> {
    await chip.transferEach(encoder_tx, encoder_rx, DATAGRAM)
    return signedOf(valueAt(encoder_rx, 1), 32)
}

/**
 * Reads one register into {@link probed_value}, and the version right after it.
 * @returns whether a TMC5160 answered; without it any value could be that of a dead bus
 */
export async function probeRegister(address: number): Promise<boolean> {
    await datagram(address, 0)
    probed_value = await datagram(reg.IOIN, 0)
    const ioin = await datagram(reg.IOIN, 0)
    return ioin >>> 24 === reg.IOIN_VERSION
}

/** Writes a register and verifies it where the chip allows it. @throws CartFault */
export async function writeRegister(address: number, value: number): Promise<void> {
    value = value >>> 0
    shadow.setAt(4 * address, "u32", value)
    shadow_valid[address] = 1
    for (let tries = 0; tries < WRITE_TRIES; ++tries) {
        await datagram(address | WRITE, value)
        if (VERIFIED.indexOf(address) < 0) return
        if ((await readRegister(address)) === value) return
    }
    throw new CartFault(FAULT_MOTOR_DRIVER_WRITE, address)
}

/** The value last written to a register; 0 if it was never written. */
export function writtenValue(address: number): number {
    return shadow.getAt(4 * address, "u32")
}

export function wasWritten(address: number): boolean {
    return shadow_valid[address] !== 0
}

/** Reads all supervised registers. Repeated once if the answer is invalid: a chip may be reset in the middle of a poll. */
export async function pollDriver(): Promise<void> {
    if (await pollOnce()) return
    if (await pollOnce()) return
    throw new CartFault(FAULT_MOTOR_DRIVER_MISSING, spi_status)
}

/** One pipelined sequence of transfers. @returns whether a TMC5160 answered */
async function pollOnce(): Promise<boolean> {
    await chip.transferEach(poll_tx, poll_rx, DATAGRAM)
    spi_status = poll_rx[poll_rx.length - DATAGRAM]
    const flags = valueAt(poll_rx, 6)
    // A dead bus reads all ones or all zeros, and with it every flag: the version detects that. A stuck bus repeats one value,
    // which may be the version itself; then GSTAT, a register of three bits, has other bits set.
    if (valueAt(poll_rx, 8) >>> 24 !== reg.IOIN_VERSION || flags > reg.GSTAT_ALL) return false
    xactual = signedOf(valueAt(poll_rx, 1), 32)
    x_enc = signedOf(valueAt(poll_rx, 2), 32)
    vactual = signedOf(valueAt(poll_rx, 3), 24)
    ramp_stat = valueAt(poll_rx, 4)
    drv_status = valueAt(poll_rx, 5)
    gstat = flags
    enc_status = valueAt(poll_rx, 7)
    return true
}

/** The value in the answer to datagram `i` of a sequence. */
function valueAt(answers: Buffer, i: number): number {
    const at = i * DATAGRAM
    return (
        ((answers[at + 1] << 24) |
            (answers[at + 2] << 16) |
            (answers[at + 3] << 8) |
            answers[at + 4]) >>>
        0
    )
}
