// Commands, registers and constants of the line engine (data sheet: boards/line-engine.md).

/** First byte of a command. A command is 9 bytes: opcode, address, count u16, value u32, CRC-8. */
export const OP_STATUS = 0x00
export const OP_READ = 0x01
export const OP_WRITE = 0x02
export const OP_READ_TABLE = 0x03
export const OP_WRITE_TABLE = 0x04
export const OP_READ_FIFO = 0x05
/** As OP_READ_FIFO, with the data (from byte DATA_AT on) on four lanes; engine and controller must both support it. */
export const OP_READ_FIFO_QUAD = 0x06

export const COMMAND_LENGTH = 9
/** Offsets of the reply and the data in a transaction. */
export const REPLY_AT = 12
export const DATA_AT = 16
/** First byte sent by an engine; all ones or all zeros: no engine connected. */
export const SYNC = 0xa5

// Status: the first 8 bytes of every transaction, latched when chip select falls.
export const STATUS_SYNC_AT = 0
export const STATUS_FLAGS_AT = 1
export const STATUS_LEVEL_AT = 2
export const STATUS_DROPPED_AT = 4
/** CRC-8 over the status. */
export const STATUS_CHECK_AT = 8

// Added by OP_STATUS, latched at the same time: the line clock as the reply, then position and triggers.
export const MOMENT_TICK_AT = REPLY_AT
export const MOMENT_POSITION_AT = DATA_AT
export const MOMENT_TRIGGERS_AT = DATA_AT + 4
/** CRC-8 over reply, position and triggers. */
export const MOMENT_CHECK_AT = DATA_AT + 8
export const MOMENT_LENGTH = MOMENT_CHECK_AT + 1

/** OP_READ and OP_WRITE: CRC-8 over the reply. */
export const REPLY_CHECK_AT = DATA_AT
export const REPLY_LENGTH = REPLY_CHECK_AT + 1

export const FLAG_ARMED = 0x01
export const FLAG_FIRING = 0x02
export const FLAG_INHIBITED = 0x04
export const FLAG_UNSERVICED = 0x08
export const FLAG_RESET = 0x10
export const FLAG_BAD_COMMAND = 0x20
export const FLAG_CATHETER = 0x40
export const FLAG_REFUSED = 0x80

// Registers, 32 bits each.
export const REG_ID = 0x00
export const REG_VERSION = 0x01
export const REG_CONTROL = 0x02
export const REG_LINES = 0x03
export const REG_SAMPLES = 0x04
export const REG_LINE_PERIOD_NS = 0x05
export const REG_TABLE_CRC = 0x06
export const REG_POSITION = 0x09
export const REG_WINDOW_START = 0x0a
export const REG_WINDOW_END = 0x0b
export const REG_GATE = 0x0c
export const REG_TICK = 0x0d
export const REG_FIRED = 0x0e
export const REG_DROPPED = 0x0f
export const REG_REFUSED = 0x10
export const REG_TEST = 0x11
export const REG_TRIGGERS = 0x12
export const REG_TRIGGER_TICK = 0x13
export const REG_CATHETER_0 = 0x14
export const REG_CATHETER_SERIAL = 0x18
export const REG_PAIRS = 0x19
export const REG_SAMPLE_FORMAT = 0x1a
export const REG_FIRST_SAMPLE_NS = 0x1b
export const REG_LANES = 0x1c
export const REG_FIFO_LINES = 0x1d
// 0x20 to 0x2f: the rotor of a rotational catheter.
export const REG_ROTOR_TARGET = 0x20
export const REG_ROTOR_STATUS = 0x21
export const REG_ROTOR_PERIOD = 0x22
export const REG_ROTOR_TURNS = 0x23
export const REG_ROTOR_LOCK_PPM = 0x24
export const REG_TRIGGER_MODE = 0x25
// 0x30 to 0x3f: transmit budget of the catheter, pulser supply, reason for not firing.
export const REG_BUDGET_PULSES = 0x30
export const REG_BUDGET_CYCLES = 0x31
export const REG_BUDGET_SUPPLY_MV = 0x32
export const REG_BUDGET_ELEMENT_FF = 0x33
export const REG_BUDGET_ENERGY_NJ = 0x34
export const REG_BUDGET_WINDOW_MS = 0x35
export const REG_SUPPLY_MV = 0x36
export const REG_SUPPLY_MEASURED_MV = 0x37
export const REG_CAUSE = 0x38
export const REG_OVER_BUDGET = 0x39
// 0x40 to 0x50: the TGC, its step and two gains per register (tgc.ts, writeTgc).
export const REG_TGC_STEP_NS = 0x40
export const REG_TGC_0 = 0x41

/** "LINE" as a u32. */
export const ENGINE_ID = 0x454e494c
export const ENGINE_VERSION = 2

// REG_CONTROL, one action per write.
export const CONTROL_STOP = 0
export const CONTROL_ARM = 1
export const CONTROL_FIRE = 2
export const CONTROL_CLEAR = 3

/** REG_GATE: bit 0 is the gate; bits 8 to 15 are copied into the flags of each A-line fired afterwards. */
export const GATE_OPEN = 0x01
export const GATE_EPOCH_SHIFT = 8

/** ROTOR_STATUS. */
export const ROTOR_RUNNING = 0x01
export const ROTOR_LOCKED = 0x02
export const ROTOR_INDEX = 0x04
export const ROTOR_STALLED = 0x08
/** Firing ended because the rotor lost lock. */
export const ROTOR_LOST = 0x10

/** ROTOR_TARGET: 0, or the speed in 0.001 rpm, positive clockwise. */
export const SPEED_MIN_MRPM = 900000
export const SPEED_MAX_MRPM = 6000000
/** Sectors of a revolution whose times are supervised. */
export const REVOLUTION_SECTORS = 16
/** Revolutions with every sector within the limit before the rotor is locked. */
export const LOCK_REVOLUTIONS = 4
/** Value of ROTOR_LOCK_PPM set by the cart. */
export const LOCK_PPM = 2000
/** Time without a sector after which an unlocked rotor is stalled. */
export const STALL_LIMIT_US = 200000

// TRIGGER_MODE: source of the line trigger.
export const TRIGGER_FREE = 0
export const TRIGGER_ROTOR = 1

/** CAUSE: reason why ARM or FIRE was refused or firing ended. */
export const CAUSE_NONE = 0
export const CAUSE_STATE = 1
export const CAUSE_CATHETER = 2
export const CAUSE_TABLE = 3
export const CAUSE_ENTRY = 4
export const CAUSE_NO_BUDGET = 5
export const CAUSE_CYCLES = 6
export const CAUSE_SUPPLY = 7
export const CAUSE_PULSES = 8
export const CAUSE_ENERGY = 9
export const CAUSE_INHIBITED = 10
export const CAUSE_ROTOR = 11
export const CAUSE_UNSERVICED = 12

/** Energy window set by the cart: 100 ms; power_max_uw times 100 is the energy in nJ. */
export const ENERGY_WINDOW_MS = 100
/** Tolerance in % of the measured pulser supply above BUDGET_SUPPLY_MV. */
export const SUPPLY_TOLERANCE_PERCENT = 5
/** Number of slots in a budget window. */
export const BUDGET_PARTS = 64

/** Maximum length of a transaction, in bytes: one DMA block of an ESP32-S3. */
export const SPI_BLOCK_MAX = 4096

/** Maximum number of records of this length in a FIFO read; every read is a whole block. */
export function linesPerBlock(length: number): number {
    return Math.floor((SPI_BLOCK_MAX - DATA_AT) / length)
}

/** Data lanes of standard SPI, and of OP_READ_FIFO_QUAD. */
export const LANES_SINGLE = 1
export const LANES_QUAD = 4
/** Minimum FIFO capacity of any engine, in A-lines; a larger one is reported in FIFO_LINES. */
export const FIFO_LINES = 2048
/** Maximum of the level in the status. */
export const FIFO_LINES_MAX = 65535
/** Samples per A-line: register SAMPLES. */
export const SAMPLES_MIN = 16
export const SAMPLES_MAX = 1024
/** Entries of the sequence table: all pairs of 64 elements. */
export const TABLE_ENTRIES = 4096
/** Maximum records per frame: A-lines of a picture or pairs of channel data. */
export const LINES_MAX = 4096
/** Time without a valid command after which firing stops. */
export const SERVICE_LIMIT_US = 100000
/** SPI mode of the engine and of the motor driver. */
export const ENGINE_SPI_MODE = 3
