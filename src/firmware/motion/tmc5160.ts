// Drives one TMC5160 over SPI: presence check, writes checked by their echo, one poll of all supervised registers.
// Source: TMC5160/TMC5160A data sheet rev. 1.17 (registers; 4.1.1: the reply after a write mirrors the data as received; GSTAT,
// RAMP_STAT, DRV_STATUS).

import {
    FAULT_END_SWITCH,
    FAULT_MOTOR_BUS,
    FAULT_MOTOR_DRIVER_MISSING,
    FAULT_MOTOR_DRIVER_WRITE,
    GOOD,
} from "../../shared/codes"
import { signedOf } from "../../shared/protocol/register-dump"
import * as reg from "../../shared/devices/tmc5160"
import { CartFault } from "../platform/cart-fault"
import { SpiChip } from "../platform/spi"

const DATAGRAM = 5
const WRITE = 0x80
/** Addresses have seven bits. */
const REGISTERS = 0x80
/** A disturbed transfer is repeated: a fault counts only three times in a row. */
export const TRIES = 3
/** Registers that can be read back and do not change by themselves at rest: GCONF, RAMPMODE, XACTUAL, XTARGET, SW_MODE, ENCMODE, CHOPCONF. */
const VERIFIED = hex`00 20 21 2d 34 38 6c`
/** Settings of which every poll reads one. */
const SETTINGS = hex`00 34 38 6c`
/**
 * The ramp (AMAX, VMAX, VSTART, A1, V1, DMAX, D1, VSTOP, TZEROWAIT), then every setting (GCONF, SW_MODE, ENCMODE, ENC_CONST,
 * CHOPCONF, SHORT_CONF, DRV_CONF, GLOBALSCALER, IHOLD_IRUN, TPOWERDOWN). A disturbed address can put any value into any of
 * them, and most cannot be read. So all are written before each move.
 */
const RAMP = hex`26 27 23 24 25 28 2a 2b 2c 00 34 38 3a 6c 09 0a 0b 10 11`
/** VMAX once more, at the end. */
const RAMP_WRITES = RAMP.length + 1
const RAMP_SETTINGS = 9
/** A stop in velocity mode uses AMAX and VMAX only. The addresses of the others are one bit from those of settings. */
const RAMP_IN_MOTION = 2
/**
 * Registers that a poll reads: XACTUAL, X_ENC, VACTUAL, RAMP_STAT, DRV_STATUS, GSTAT, RAMPMODE, XTARGET, one of {@link SETTINGS},
 * IOIN. A value is returned with the next datagram; the last datagram only fetches IOIN.
 */
const POLLED = hex`21 39 22 35 6f 01 20 2d 00 04 04`
const POLL_X_ENC = 1
const POLL_RAMPMODE = 6
const POLL_XTARGET = 7
const POLL_SETTING = 8
const POLL_IOIN = 9
/** Bits of RAMP_STAT that the data sheet defines. */
const RAMP_STAT_MASK = 0x3fff
const VSTOP_VALUE = 10
/** No position of a sled: if a read of X_ENC becomes a write, the next poll shows a counter that jumped. */
const X_ENC_ELSEWHERE = 0x40000000

let chip: SpiChip

/** SPI status byte of the last transfer. */
export let spi_status = 0
/** Value that {@link probeRegister} read. */
export let probed_value = 0
// As of the last poll.
export let xactual = 0
/** Encoder in microsteps. */
export let x_enc = 0
export let vactual = 0
export let ramp_stat = 0
export let drv_status = 0
export let gstat = 0
export let ioin = 0

// The value last written to each register, as most ramp registers cannot be read. Buffers, since a map would allocate a string
// for each address.
const shadow = Buffer.alloc(4 * REGISTERS)
const shadow_valid = Buffer.alloc(REGISTERS)

const write_tx = Buffer.alloc(3 * DATAGRAM)
const write_rx = Buffer.alloc(3 * DATAGRAM)
const ramp_tx = Buffer.alloc(DATAGRAM * (RAMP_WRITES + 1))
const ramp_rx = Buffer.alloc(DATAGRAM * (RAMP_WRITES + 1))
// readEncoder() has its own, as it runs in another fiber.
const encoder_tx = Buffer.alloc(2 * DATAGRAM)
const encoder_rx = Buffer.alloc(2 * DATAGRAM)
const poll_tx = Buffer.alloc(DATAGRAM * POLLED.length)
const poll_rx = Buffer.alloc(DATAGRAM * POLLED.length)
let next_setting = 0

/** To be called once, before any other function of this file. */
export function openDriver(motor: SpiChip): void {
    chip = motor
    for (let i = 0; i < POLLED.length; ++i) poll_tx[i * DATAGRAM] = POLLED[i]
    put(poll_tx, POLL_X_ENC, reg.X_ENC, X_ENC_ELSEWHERE)
    write_tx[2 * DATAGRAM] = reg.IOIN
    ramp_tx[DATAGRAM * RAMP_WRITES] = reg.IOIN
    encoder_tx[0] = reg.X_ENC
    encoder_tx[DATAGRAM] = reg.X_ENC
}

/** Checks that a TMC5160 answers and clears its reset flag. @throws CartFault */
export async function beginDriver(): Promise<void> {
    const version = (await readRegister(reg.IOIN)) >>> 24
    if (version !== reg.IOIN_VERSION) throw new CartFault(FAULT_MOTOR_DRIVER_MISSING, version)
    // A chip that was reset no longer has what was written.
    shadow_valid.fillAt(0, REGISTERS, 0)
    await writeRegister(reg.GSTAT, reg.GSTAT_ALL)
}

/** Puts datagram `i` into a sequence. */
function put(to: Buffer, i: number, address: number, value: number): void {
    const at = i * DATAGRAM
    to[at] = address
    to[at + 1] = value >>> 24
    to[at + 2] = (value >>> 16) & 0xff
    to[at + 3] = (value >>> 8) & 0xff
    to[at + 4] = value & 0xff
}

/** Requests a register; the reply is value 1 of {@link write_rx}, then IOIN. Nothing else is on the bus meanwhile. */
async function request(address: number): Promise<void> {
    put(write_tx, 0, address, 0)
    put(write_tx, 1, reg.IOIN, 0)
    await chip.transferEach(write_tx, write_rx, DATAGRAM)
    spi_status = write_rx[2 * DATAGRAM]
}

/** Reads one register. */
export async function readRegister(address: number): Promise<number> {
    await request(address)
    return valueAt(write_rx, 1)
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
    await request(address)
    probed_value = valueAt(write_rx, 1)
    return valueAt(write_rx, 2) >>> 24 === reg.IOIN_VERSION
}

function setShadow(address: number, value: number): void {
    shadow.setAt(4 * address, "u32", value)
    shadow_valid[address] = 1
}

/** Writes a register and checks the echo, and the register itself where it can be read. @throws CartFault */
export async function writeRegister(address: number, value: number): Promise<void> {
    value = value >>> 0
    setShadow(address, value)
    put(write_tx, 0, address | WRITE, value)
    // The request to read carries the value too: if a disturbed bit turns it into a write, it writes the same.
    put(write_tx, 1, address, value)
    for (let tries = 0; tries < TRIES; ++tries) {
        await chip.transferEach(write_tx, write_rx, DATAGRAM)
        spi_status = write_rx[2 * DATAGRAM]
        if (valueAt(write_rx, 1) !== value) continue
        if (VERIFIED.indexOf(address) < 0 || valueAt(write_rx, 2) === value) return
    }
    await failWrite(address)
}

/** On a dead bus the missing chip is the cause. @throws CartFault */
async function failWrite(address: number): Promise<void> {
    const missing = (await pollOnce()) === FAULT_MOTOR_DRIVER_MISSING
    throw new CartFault(missing ? FAULT_MOTOR_DRIVER_MISSING : FAULT_MOTOR_DRIVER_WRITE, address)
}

/**
 * Writes the registers of the ramp and checks every echo.
 * @param at_rest writes the whole ramp and repeats the settings; in motion only AMAX and VMAX are written
 * @throws CartFault
 */
export async function writeRamp(vmax: number, amax: number, at_rest: boolean): Promise<void> {
    const count = at_rest ? RAMP.length : RAMP_IN_MOTION
    for (let i = count; i < RAMP.length; ++i) put(ramp_tx, i, reg.IOIN, 0)
    for (let i = RAMP_SETTINGS; i < count; ++i)
        put(ramp_tx, i, RAMP[i] | WRITE, writtenValue(RAMP[i]))
    for (let i = 0; i < RAMP_SETTINGS && i < count; ++i) {
        const address = RAMP[i]
        let value = amax // D1 must not be 0 (data sheet)
        if (address === reg.VMAX) value = vmax
        else if (address === reg.VSTOP) value = VSTOP_VALUE
        // One acceleration up, one down.
        else if (address === reg.VSTART || address === reg.V1 || address === reg.TZEROWAIT)
            value = 0
        setShadow(address, value)
        put(ramp_tx, i, address | WRITE, value)
    }
    put(ramp_tx, RAMP.length, reg.VMAX | WRITE, vmax)
    for (let tries = 0; tries < TRIES; ++tries) {
        await chip.transferEach(ramp_tx, ramp_rx, DATAGRAM)
        let echoes = valueAt(ramp_rx, RAMP_WRITES) === vmax ? 0 : -1
        for (let i = 0; i < count; ++i)
            if (valueAt(ramp_rx, i + 1) === writtenValue(RAMP[i])) echoes++
        if (echoes === count) return
    }
    await failWrite(reg.VMAX)
}

/** The value last written to a register; 0 if it was never written. */
export function writtenValue(address: number): number {
    return shadow.getAt(4 * address, "u32")
}

export function wasWritten(address: number): boolean {
    return shadow_valid[address] !== 0
}

/** Reads all supervised registers until the answer is consistent, at most {@link TRIES} times. @throws CartFault */
export async function pollDriver(): Promise<void> {
    let code = GOOD
    for (let tries = 0; tries < TRIES; ++tries) {
        code = await pollOnce()
        if (code === GOOD) return
    }
    throw new CartFault(code, spi_status)
}

/**
 * One pipelined sequence of transfers; nothing changes if the answer is not consistent.
 * @returns GOOD or a FAULT_ code
 */
export async function pollOnce(): Promise<number> {
    next_setting = (next_setting + 1) % SETTINGS.length
    const setting = SETTINGS[next_setting]
    // As in writeRegister(): what may become a write carries the value that it should have.
    put(poll_tx, POLL_RAMPMODE, reg.RAMPMODE, writtenValue(reg.RAMPMODE))
    put(poll_tx, POLL_XTARGET, reg.XTARGET, writtenValue(reg.XTARGET))
    put(poll_tx, POLL_SETTING, setting, writtenValue(setting))
    await chip.transferEach(poll_tx, poll_rx, DATAGRAM)
    spi_status = poll_rx[poll_rx.length - DATAGRAM]
    const flags = valueAt(poll_rx, 6)
    const inputs = valueAt(poll_rx, POLL_IOIN + 1)
    const ramp = valueAt(poll_rx, 4)
    const speed = signedOf(valueAt(poll_rx, 3), 24)
    // A dead bus reads all ones or all zeros, and with it every flag: the version detects that. A stuck bus repeats one value,
    // which may be the version itself; then GSTAT, a register of three bits, has other bits set.
    if (inputs >>> 24 !== reg.IOIN_VERSION || flags > reg.GSTAT_ALL)
        return FAULT_MOTOR_DRIVER_MISSING
    // Each of these is read twice in different registers: a single disturbed reply disagrees.
    if (ramp & ~RAMP_STAT_MASK || (flags ^ spi_status) & reg.STATUS_GSTAT) return FAULT_MOTOR_BUS
    if (!(flags & reg.GSTAT_RESET)) {
        if (differs(POLL_RAMPMODE, reg.RAMPMODE) || differs(POLL_XTARGET, reg.XTARGET))
            return FAULT_MOTOR_DRIVER_WRITE
        if (differs(POLL_SETTING, setting)) return FAULT_MOTOR_DRIVER_WRITE
    }
    // Three times in a row: a switch that chatters.
    if ((ramp ^ inputs) & reg.RAMP_STOPS) return FAULT_END_SWITCH
    if (((ramp & reg.RAMP_VZERO) !== 0) !== (speed === 0)) return FAULT_MOTOR_BUS
    xactual = signedOf(valueAt(poll_rx, 1), 32)
    x_enc = signedOf(valueAt(poll_rx, 2), 32)
    vactual = speed
    ramp_stat = ramp
    drv_status = valueAt(poll_rx, 5)
    gstat = flags
    ioin = inputs
    return GOOD
}

/** Polls until every one of {@link SETTINGS} was read. @returns whether one was not as written */
export async function aSettingDiffers(): Promise<boolean> {
    for (let i = 0; i < SETTINGS.length; ++i)
        if ((await pollOnce()) === FAULT_MOTOR_DRIVER_WRITE) return true
    return false
}

/** Whether a setting that was written reads differently. */
function differs(i: number, address: number): boolean {
    return wasWritten(address) && valueAt(poll_rx, i + 1) !== writtenValue(address)
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
