// Responsible for: putting the rooms together on a board with an un0rick, and nothing else.
// Not for: boards with a line engine (main.ts): the code of both front ends is too much for one program.
// Investigational equipment, not for clinical use.

import { un0rickParts } from "./firmware/cart/un0rick-parts"
import { Cart } from "./firmware/cart/cart"
import { openBoard } from "./firmware/platform/open-board"
import { linkSettings, un0rickCatheter } from "./firmware/platform/settings"

const board = await openBoard()
const link = await linkSettings()
const catheter = await un0rickCatheter()
const cart = new Cart(board, link, () => un0rickParts(board, catheter))
await cart.run()
