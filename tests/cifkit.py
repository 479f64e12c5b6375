"""What tests do with mmCIF documents."""

from collections.abc import Iterator

import gemmi
import numpy as np


def items(block: gemmi.cif.Block) -> Iterator[tuple[str, list[str]]]:
    """All tags with their raw tokens, in order."""
    for item in block:
        if item.pair is not None:
            yield item.pair[0], [item.pair[1]]
        elif item.loop is not None:
            for column, tag in enumerate(item.loop.tags):
                yield tag, item.loop.values[column :: item.loop.width()]


def add_second_model(block: gemmi.cif.Block, atoms: int = 50) -> None:
    """Repeat the first atoms as those of a model 2, with ids of their own."""
    loop = block.find_loop("_atom_site.id").get_loop()
    rows = np.array(loop.values, dtype=object).reshape(loop.length(), loop.width())
    second = rows[:atoms].copy()
    second[:, loop.tags.index("_atom_site.pdbx_PDB_model_num")] = "2"
    second[:, loop.tags.index("_atom_site.id")] = [str(10000 + row) for row in range(atoms)]
    loop.set_all_values(np.concatenate([rows, second]).T.tolist())
