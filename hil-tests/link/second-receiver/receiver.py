"""A second receiver of the cart's binary link, written from src/shared/protocol/README.md alone.

Shows that the specification is sufficient: it is in another language and uses no code of the project.
Research equipment, investigational, not for clinical use.
Standard library of Python 3 only. Run by second-receiver.test.ts and second-receiver-session.test.ts in hil-tests/link.

  receiver.py README decode CAPTURE [KEY CHALLENGE]   content of a capture as one JSON object; both in hex
  receiver.py README greet  < {"key", "hello", "nonce", "session"}            the host's challenge and proof
  receiver.py README accept < {"key", "hello", "challenge", "proof", "credit"}
                                                      check of the board's proof, and the accept
"""

import hashlib
import hmac
import json
import struct
import sys

# Marks the layout text in the README; its hash, without line breaks, is part of every header check.
LAYOUT_TEXT_FILE_MARK = "<!-- generated: layout-text -->"
HEADER = struct.Struct("<IBBBBIIIIiiHHHHHHI16s")
LINE = struct.Struct("<IHHIiHH")
CATHETER = struct.Struct("<16sBBI6HII4HIBB5IHHi")
MAGIC = b"IVL1"
PAYLOAD_MAX = 16384
HEADER_LENGTH = 64
CHECK_AT, TAG_AT = 44, 48
HELLO, CHALLENGE, PROOF, ACCEPT, REJECT = 1, 2, 3, 4, 5
DESCRIPTION, LINES, STATUS, EVENT, END, REFUSAL, REGISTER = 16, 17, 18, 19, 20, 21, 24
RESTART, LOG_ENTRY, PONG = 26, 27, 49
LENGTHS = {HELLO: 40, PROOF: 52, REJECT: 6, DESCRIPTION: 172, STATUS: 50,
           EVENT: 14, END: 50, REFUSAL: 16, REGISTER: 22, RESTART: 22, LOG_ENTRY: 24, PONG: 8}
FORGED = b"\xff" * 16
FLAG_TEST, FLAG_INSECURE = 0x01, 0x02
LINE_AT_SPEED, LINE_TEST, LINE_DIGEST = 0x0001, 0x0004, 0x0020
CODES, ELEMENTS, RF = 1, 2, 3
UNKNOWN = 4294967295

# --- CRC-32C, byte by byte ---------------------------------------------------------------

TABLE = []
for n in range(256):
    for _ in range(8):
        n = (n >> 1) ^ (0x82F63B78 if n & 1 else 0)
    TABLE.append(n)


def crc32c(data, seed=0):
    crc = seed ^ 0xFFFFFFFF
    for b in data:
        crc = (crc >> 8) ^ TABLE[(crc ^ b) & 0xFF]
    return crc ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283
assert crc32c(bytes(32)) == 0x8A9136AA


def layout_hash(readme):
    """The hash of the layout text as printed in the README."""
    after = readme.split(LAYOUT_TEXT_FILE_MARK)[1]
    text = after.split("```")[1]
    return crc32c("".join(text.split()).encode("ascii"))


HASH = 0


# --- Authentication ----------------------------------------------------------------------------

def mac(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


class Secrets:
    def __init__(self, key, hello, challenge):
        transcript = hashlib.sha256(hello + challenge).digest()

        def secret(label):
            return mac(key, label, transcript, b"\x01")
        self.host_proof = secret(b"IVL2 proof  host")
        self.board_proof = secret(b"IVL2 proof board")
        self.host_key = secret(b"IVL2 key    host")
        self.board_key = secret(b"IVL2 key   board")


def tag(key, burst):
    return mac(key, burst[:TAG_AT], bytes(16), burst[HEADER_LENGTH:])[:16]


def is_authentic(key, burst):
    return hmac.compare_digest(tag(key, burst), burst[TAG_AT:HEADER_LENGTH])


def make(kind, session, sequence, fields, key=None):
    payload = fields + struct.pack("<I", crc32c(fields))
    head = struct.pack("<4sBBBBIII", MAGIC, 2, kind, HEADER_LENGTH, 0, session, sequence, len(payload)) + bytes(24)
    head += struct.pack("<I", crc32c(head, HASH))
    burst = head + bytes(16) + payload
    if key:
        burst = burst[:TAG_AT] + tag(key, burst) + payload
    return burst


# --- Splitting a stream into bursts ----------------------------------------------------------------

def header_at(data, at):
    """The header at an offset, or None if it is not valid."""
    head = data[at:at + HEADER_LENGTH]
    if len(head) < HEADER_LENGTH or head[:4] != MAGIC:
        return None
    f = HEADER.unpack(head)
    if f[17] != crc32c(head[:CHECK_AT], HASH):
        return None
    if f[1] != 2 or f[3] != HEADER_LENGTH or f[7] > PAYLOAD_MAX:
        return None
    names = ("magic version type header_length flags session sequence payload_length tick_us position_nm "
             "speed_nm_s speed_epoch lines fifo credit crc gate check tag").split()
    return dict(zip(names, f))


def is_valid_record(record):
    if len(record) <= 24:
        return False
    _, _, _, _, _, flags, samples = LINE.unpack(record[:20])
    if len(record) not in (24 + samples, 24 + 2 * samples):
        return False
    if flags & LINE_DIGEST:
        # This front end computes no CRC.
        return hashlib.sha256(record[:-4] + bytes(4)).digest()[:4] == record[-4:]
    return struct.unpack("<I", record[-4:])[0] == crc32c(record[:-4])


def content(header, payload):
    """Whether a payload is undamaged, and its undamaged line records."""
    if header["type"] != LINES:
        undamaged = len(payload) >= 4 and struct.unpack("<I", payload[-4:])[0] == crc32c(payload[:-4])
        return undamaged, []
    n = header["lines"]
    if n == 0:
        return len(payload) == 0, []
    if len(payload) % n or len(payload) // n <= 24:
        return False, []
    length = len(payload) // n
    records = [payload[i * length:(i + 1) * length] for i in range(n)]
    good = [r if is_valid_record(r) else None for r in records]
    return None not in good, good


def bursts(data):
    """All bursts found in a stream: header, bytes, whether undamaged, undamaged records."""
    at = 0
    while at + HEADER_LENGTH <= len(data):
        header = header_at(data, at)
        if header is None:
            at = data.find(MAGIC, at + 1)
            if at < 0:
                return
            continue
        end = at + HEADER_LENGTH + header["payload_length"]
        payload = data[at + HEADER_LENGTH:min(end, len(data))]
        following = end
        undamaged, records = content(header, payload.ljust(header["payload_length"], b"\0"))
        if not undamaged:
            # The next header may start within the declared payload of this burst, or within its tag.
            inner = data.find(MAGIC, at + TAG_AT, min(end, len(data)))
            while inner >= 0 and header_at(data, inner) is None:
                inner = data.find(MAGIC, inner + 1, min(end, len(data)))
            if inner >= 0:
                following = inner
                payload = data[at + HEADER_LENGTH:inner]
            undamaged, records = content(header, payload.ljust(header["payload_length"], b"\0"))
        yield header, data[at:min(following, len(data))], undamaged, records
        at = following


# --- Runs -----------------------------------------------------------------------------

class Run:
    """One run, from a description to its end summary."""

    def __init__(self, payload):
        self.catheter = payload[:16].rstrip(b"\0").decode("ascii")
        self.number = struct.unpack("<I", payload[164:168])[0]
        self.format, self.samples = struct.unpack("<H2xH", payload[20:26])
        self.radius_um, = struct.unpack("<H", payload[48:50])
        self.tgc_step_ns, = struct.unpack("<H", payload[52:54])
        self.tgc_cdb = struct.unpack("<32H", payload[54:118])
        self.sound_speed, = struct.unpack("<I", payload[44:48])
        self.peak = 0
        self.received = self.at_speed = self.missing = self.copies = 0
        self.expected = 0
        self.dropped = dict(fifo=0, credit=0, crc=0, gate=0)
        self.fired = None
        self.lines_per_frame, = struct.unpack("<H", payload[22:24])
        self.frame, self.imaged = None, []

    def close_frame(self):
        """A frame counts as imaged if half of its lines and a quarter of a whole frame are at speed."""
        if self.frame:
            number, lines, at_speed = self.frame
            if at_speed * 2 >= lines and at_speed * 4 >= self.lines_per_frame:
                self.imaged.append(number)
        self.frame = None

    def line(self, record):
        number, frame, index, _, _, flags, _ = LINE.unpack(record[:20])
        if index >= self.lines_per_frame or flags & LINE_TEST:
            return
        if number < self.expected:
            self.copies += 1
            return
        self.missing += number - self.expected
        self.expected = number + 1
        self.received += 1
        self.at_speed += flags & LINE_AT_SPEED
        if self.frame and self.frame[0] != frame:
            self.close_frame()
        self.frame = self.frame or [frame, 0, 0]
        self.frame[1] += 1
        self.frame[2] += flags & LINE_AT_SPEED
        self.peak = max(self.peak, self.peak_of(record[20:-4]))

    def peak_of(self, samples):
        """The largest deviation of a line from zero signal, in the units of its format."""
        if self.format == CODES:
            return max(samples)
        count = len(samples) // 2
        if self.format == ELEMENTS:
            return max(map(abs, struct.unpack("<%dh" % count, samples)))
        return max(abs((word & 1023) - 512) for word in struct.unpack(">%dH" % count, samples))

    def gain_cdb(self, ns):
        """TGC at a time, 0.01 dB."""
        at = ns / self.tgc_step_ns
        if at >= 31:
            return self.tgc_cdb[31]
        i = int(at)
        return self.tgc_cdb[i] + (at - i) * (self.tgc_cdb[i + 1] - self.tgc_cdb[i])

    def gain_codes(self):
        """Gain codes of the 32 steps of an un0rick."""
        surface = self.radius_um * 2000000 / self.sound_speed
        middles = [surface + (512 * s + 252) * 1000000000 / 63750000 for s in range(32)]
        curve = [self.gain_cdb(ns) * 1024 / 5000 for ns in middles]
        return [min(max(int(code + 0.5), 0), 1023) for code in curve]

    def end(self, payload):
        _, fired, _, fifo, credit, crc, gate = struct.unpack("<HIIIIII", payload[:26])
        for name, count in zip(("fifo", "credit", "crc", "gate"), (fifo, credit, crc, gate)):
            self.dropped[name] = max(self.dropped[name], count)
        if fired != UNKNOWN:
            self.fired = fired
            self.missing += max(0, fired - self.expected)
        return struct.unpack("<I", payload[42:46])[0]


def decode(data, key=None, challenge=None):
    result = dict(bursts=0, bursts_missing=0, bursts_doubled=0, bursts_foreign=0, lines_damaged=0,
                messages_damaged=0, test_lines=0, test_lines_wrong=0, insecure=False, authentic=0, forged=0)
    run, complete = None, False
    session, expected, hellos = 0, 0, 0
    board_key = None
    for header, burst, undamaged, records in bursts(data):
        kind = header["type"]
        payload = burst[HEADER_LENGTH:]
        authentic = burst[TAG_AT:HEADER_LENGTH] != FORGED
        if kind == HELLO:
            if key and undamaged:
                board_key = Secrets(key, burst, challenge).board_key
        else:
            if len(burst) < HEADER_LENGTH and not header["flags"] & FLAG_INSECURE:
                authentic = False
            if board_key:
                authentic = authentic and is_authentic(board_key, burst)
                result["authentic"] += authentic
        if not authentic:
            # Its session and sequence number do not count.
            result["forged"] += undamaged
            result["lines_damaged"] += records.count(None)
            result["messages_damaged"] += not undamaged and not records
            continue
        # Check the session, then the sequence number.
        if header["session"] == 0:
            if kind == HELLO:
                hellos += 1
        else:
            if header["session"] == session:
                result["bursts_doubled"] += hellos
            elif session == 0 or (hellos and header["session"] > session):
                session = header["session"]
                expected = 1 if hellos else header["sequence"]
            else:
                result["bursts_foreign"] += 1
                continue
            hellos = 0
            ahead = ((header["sequence"] - expected + 0x80000000) & 0xFFFFFFFF) - 0x80000000
            if ahead < 0:
                result["bursts_doubled"] += 1
                continue
            result["bursts_missing"] += ahead
            expected = (header["sequence"] + 1) & 0xFFFFFFFF
        result["insecure"] = result["insecure"] or bool(header["flags"] & FLAG_INSECURE)
        result["lines_damaged"] += records.count(None)
        if kind != LINES and (not undamaged or len(payload) != LENGTHS.get(kind, len(payload))):
            result["messages_damaged"] += 1
            continue
        result["messages_damaged"] += kind == LINES and not undamaged and not records
        result["bursts"] += 1
        if kind == DESCRIPTION:
            run, complete = Run(payload), False
        elif kind == END and run and run.end(payload) == run.number:
            complete = True
        elif kind == LINES and header["flags"] & FLAG_TEST:
            for record in records:
                result["test_lines"] += 1
                result["test_lines_wrong"] += not is_valid_test_line(record)
        elif kind == LINES and run:
            for name in run.dropped:
                run.dropped[name] += header[name]
            for record in records:
                if record is not None:
                    run.line(record)
    result["complete"] = complete
    if run:
        run.close_frame()
        result["run"] = dict(frames=len(run.imaged), catheter=run.catheter, received=run.received, at_speed=run.at_speed,
                           missing=run.missing, fired=run.fired, dropped=run.dropped)
        result["samples"] = dict(format=run.format, peak=run.peak,
                               tgc=dict(step_ns=run.tgc_step_ns, cdb=run.tgc_cdb))
        if run.format == RF:
            result["samples"]["gain_codes"] = run.gain_codes()
    return result


def is_valid_test_line(record):
    if record is None:
        return False
    _, _, index, _, _, flags, _ = LINE.unpack(record[:20])
    samples = record[20:-4]
    return bool(flags & LINE_TEST) and all(c == (k + 3 * index) % 256 for k, c in enumerate(samples))


# --- The host's side of the greeting -----------------------------------------------------------

def greet(request):
    key, hello, nonce = (bytes.fromhex(request[k]) for k in ("key", "hello", "nonce"))
    session = request["session"]
    challenge = make(CHALLENGE, session, 0, struct.pack("<II", HASH, session) + nonce)
    secrets = Secrets(key, hello, challenge)
    board_nonce = hello[HEADER_LENGTH + 16:HEADER_LENGTH + 32]
    proof = make(PROOF, session, 1, board_nonce + secrets.host_proof, secrets.host_key)
    return dict(challenge=challenge.hex(), proof=proof.hex())


def accept(request):
    key, hello, challenge, proof = (bytes.fromhex(request[k]) for k in ("key", "hello", "challenge", "proof"))
    secrets = Secrets(key, hello, challenge)
    session = struct.unpack("<I", challenge[8:12])[0]
    nonce = challenge[HEADER_LENGTH + 8:HEADER_LENGTH + 24]
    payload = proof[HEADER_LENGTH:]
    valid = (header_at(proof, 0) is not None and is_authentic(secrets.board_key, proof)
             and hmac.compare_digest(payload[:16], nonce)
             and hmac.compare_digest(payload[16:48], secrets.board_proof))
    fields = struct.pack("<III", HASH, session, request["credit"])
    data = CATHETER.pack(request["catheter"][0].encode("ascii"), *request["catheter"][1:])
    pairs = bytes(element for pair in request["pairs"] for element in pair)
    n = len(request["pairs"])
    part = struct.pack("<IHHH", crc32c(pairs), n, 0, n) + pairs
    return dict(valid=valid, accept=make(ACCEPT, session, 2, fields, secrets.host_key).hex(),
                ping=make(48, session, 3, struct.pack("<I", 4711), secrets.host_key).hex(),
                control=make(34, session, 4, struct.pack("<HIi", 16, 1, 0), secrets.host_key).hex(),
                catheter=make(39, session, 5, data, secrets.host_key).hex(),
                piece=make(38, session, 6, part, secrets.host_key).hex())


def main(args):
    global HASH
    readme, command, rest = args[0], args[1], args[2:]
    with open(readme, encoding="utf-8") as page:
        HASH = layout_hash(page.read())
    if command == "decode":
        with open(rest[0], "rb") as capture:
            data = capture.read()
        secrets = [bytes.fromhex(v) for v in rest[1:]]
        result = decode(data, *secrets)
    else:
        result = dict(greet=greet, accept=accept)[command](json.load(sys.stdin))
    print(json.dumps(result))


main(sys.argv[1:])
