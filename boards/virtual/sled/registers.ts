// The register table of the TMC5160 (data sheet, chapter 6): address, access, width, reset value, bit names.

/** R = read, W = write, RW = both, WC = readable, and writing 1 clears a bit ("R+WC"). */
export type Access = "R" | "W" | "RW" | "WC"

export interface RegisterSpec {
    readonly address: number
    readonly access: Access
    /** Implemented bits; others are dropped on writing and read as 0. */
    readonly mask: number
    readonly reset: number
}

const spec = (address: number, access: Access, mask: number, reset = 0): RegisterSpec => ({
    address,
    access,
    mask: mask >>> 0,
    reset: reset >>> 0,
})

/** Names as in the data sheet. Widths are column "n" of its tables. */
export const REG = {
    // multistep_filt (bit 3) is 1 after reset
    GCONF: spec(0x00, "RW", 0x3ffff, 0x8),
    GSTAT: spec(0x01, "WC", 0x7),
    IFCNT: spec(0x02, "R", 0xff),
    SLAVECONF: spec(0x03, "W", 0xfff),
    // reading returns pins and version, writing sets an output used only with UART
    IOIN: spec(0x04, "R", 0xff0000ff),
    X_COMPARE: spec(0x05, "W", 0xffffffff),
    OTP_PROG: spec(0x06, "W", 0xffff),
    OTP_READ: spec(0x07, "R", 0xff),
    FACTORY_CONF: spec(0x08, "RW", 0x1f),
    SHORT_CONF: spec(0x09, "W", 0x70f0f),
    DRV_CONF: spec(0x0a, "W", 0x3f0f1f),
    GLOBALSCALER: spec(0x0b, "W", 0xff),
    OFFSET_READ: spec(0x0c, "R", 0xffff),
    IHOLD_IRUN: spec(0x10, "W", 0xf1f1f),
    TPOWERDOWN: spec(0x11, "W", 0xff, 10),
    TSTEP: spec(0x12, "R", 0xfffff),
    TPWMTHRS: spec(0x13, "W", 0xfffff),
    TCOOLTHRS: spec(0x14, "W", 0xfffff),
    THIGH: spec(0x15, "W", 0xfffff),
    RAMPMODE: spec(0x20, "RW", 0x3),
    XACTUAL: spec(0x21, "RW", 0xffffffff),
    VACTUAL: spec(0x22, "R", 0xffffff),
    VSTART: spec(0x23, "W", 0x3ffff),
    A1: spec(0x24, "W", 0xffff),
    V1: spec(0x25, "W", 0xfffff),
    AMAX: spec(0x26, "W", 0xffff),
    VMAX: spec(0x27, "W", 0x7fffff),
    DMAX: spec(0x28, "W", 0xffff),
    D1: spec(0x2a, "W", 0xffff),
    VSTOP: spec(0x2b, "W", 0x3ffff, 1),
    TZEROWAIT: spec(0x2c, "W", 0xffff),
    XTARGET: spec(0x2d, "RW", 0xffffffff),
    VDCMIN: spec(0x33, "W", 0x7fffff),
    SW_MODE: spec(0x34, "RW", 0xfff),
    RAMP_STAT: spec(0x35, "WC", 0x3fff),
    XLATCH: spec(0x36, "R", 0xffffffff),
    ENCMODE: spec(0x38, "RW", 0x7ff),
    X_ENC: spec(0x39, "RW", 0xffffffff),
    ENC_CONST: spec(0x3a, "W", 0xffffffff, 0x10000),
    ENC_STATUS: spec(0x3b, "WC", 0x3),
    ENC_LATCH: spec(0x3c, "R", 0xffffffff),
    ENC_DEVIATION: spec(0x3d, "W", 0xfffff),
    MSLUTSEL: spec(0x68, "W", 0xffffffff, 0xffff8056),
    MSLUTSTART: spec(0x69, "W", 0xff00ff, 0xf70000),
    MSCNT: spec(0x6a, "R", 0x3ff),
    MSCURACT: spec(0x6b, "R", 0x1ff01ff),
    CHOPCONF: spec(0x6c, "RW", 0xffffffff, 0x10410150),
    COOLCONF: spec(0x6d, "W", 0x1ffefff),
    DCCTRL: spec(0x6e, "W", 0xff03ff),
    DRV_STATUS: spec(0x6f, "R", 0xffffffff),
    PWMCONF: spec(0x70, "W", 0xffffffff, 0xc40c001e),
    PWM_SCALE: spec(0x71, "R", 0x1ff00ff),
    PWM_AUTO: spec(0x72, "R", 0xff00ff),
    LOST_STEPS: spec(0x73, "R", 0xfffff),
} as const

export type RegisterName = keyof typeof REG

/** Table by address; addresses without a register are undefined. */
export const REGISTERS: readonly (RegisterSpec | undefined)[] = (() => {
    const table: (RegisterSpec | undefined)[] = new Array<undefined>(128).fill(undefined)
    for (const s of Object.values(REG)) table[s.address] = s
    // the microstep table: stored, but the model always uses a sine
    for (let a = 0x60; a <= 0x67; a++) table[a] = spec(a, "W", 0xffffffff)
    return table
})()

/** SPI_STATUS, the first byte of each reply. */
export const SPI_STATUS = {
    resetFlag: 1 << 0,
    driverError: 1 << 1,
    sg2: 1 << 2,
    standstill: 1 << 3,
    velocityReached: 1 << 4,
    positionReached: 1 << 5,
    statusStopL: 1 << 6,
    statusStopR: 1 << 7,
} as const

export const GSTAT = { reset: 1, drvErr: 2, uvCp: 4 } as const

export const SW_MODE = {
    stopLEnable: 1 << 0,
    stopREnable: 1 << 1,
    polStopL: 1 << 2,
    polStopR: 1 << 3,
    swapLr: 1 << 4,
    latchLActive: 1 << 5,
    latchLInactive: 1 << 6,
    latchRActive: 1 << 7,
    latchRInactive: 1 << 8,
    enLatchEncoder: 1 << 9,
    sgStop: 1 << 10,
    enSoftstop: 1 << 11,
} as const

export const RAMP_STAT = {
    statusStopL: 1 << 0,
    statusStopR: 1 << 1,
    statusLatchL: 1 << 2,
    statusLatchR: 1 << 3,
    eventStopL: 1 << 4,
    eventStopR: 1 << 5,
    eventStopSg: 1 << 6,
    eventPosReached: 1 << 7,
    velocityReached: 1 << 8,
    positionReached: 1 << 9,
    vzero: 1 << 10,
    tZerowaitActive: 1 << 11,
    secondMove: 1 << 12,
    statusSg: 1 << 13,
} as const

export const DRV_STATUS = {
    s2vsa: 1 << 12,
    s2vsb: 1 << 13,
    stealth: 1 << 14,
    fsactive: 1 << 15,
    stallguard: 1 << 24,
    ot: 1 << 25,
    otpw: 1 << 26,
    s2ga: 1 << 27,
    s2gb: 1 << 28,
    ola: 1 << 29,
    olb: 1 << 30,
    stst: 1 << 31,
} as const

export const ENCMODE = {
    polA: 1 << 0,
    polB: 1 << 1,
    polN: 1 << 2,
    ignoreAb: 1 << 3,
    clrCont: 1 << 4,
    clrOnce: 1 << 5,
    posEdge: 1 << 6,
    negEdge: 1 << 7,
    clrEncX: 1 << 8,
    latchXAct: 1 << 9,
    encSelDecimal: 1 << 10,
} as const

export const GCONF = {
    faststandstill: 1 << 1,
    enPwmMode: 1 << 2,
    shaft: 1 << 4,
    stopEnable: 1 << 15,
    directMode: 1 << 16,
} as const
