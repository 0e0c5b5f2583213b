"""The tree: equal to a naive second one, proofs that prove, and nothing else that passes for one."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.contexts.records.keys import hasher
from mingjing.domain.records.hashing import HashName
from mingjing.domain.records.merkle import (
    MemoryTiles,
    OutsideTreeError,
    TileKey,
    Tree,
    TreeDamagedError,
)
from mingjing.domain.records.proofs import ProofError, require_consistency, require_inclusion
from mingjing_verify.hashes import digest_named
from mingjing_verify.sm3 import sm3
from mingjing_verify.tree import Frontier, root_from_inclusion, root_over, roots_from_consistency
from tests.domain.records import second
from tests.domain.records.published import (
    VECTORS,
    ConsistencyVector,
    InclusionVector,
    consistency_vectors,
    inclusion_vectors,
)

SHA256 = hasher(HashName.SHA256)
SM3 = hasher(HashName.SM3)
LEAVES = [SHA256.leaf(str(number).encode()) for number in range(70_000)]
SIZES = st.one_of(st.integers(1, 40), st.sampled_from([255, 256, 257, 511, 512, 513, 700, 65_535, 65_536, 65_537]))


@pytest.fixture(scope="module")
def tree() -> Tree:
    tree = Tree(SHA256, MemoryTiles())
    tree.append(LEAVES)
    return tree


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


class TestPublishedVectors:
    """RFC 6962 and RFC 9162 proofs as transparency-dev/merkle publishes them; both implementations."""

    @pytest.mark.parametrize("vector", inclusion_vectors(), ids=lambda vector: vector.name)
    def test_inclusion(self, vector: InclusionVector):
        def check() -> None:
            require_inclusion(
                SHA256,
                leaf_hash=vector.leaf_hash,
                index=vector.index,
                size=vector.size,
                proof=vector.proof,
                root=vector.root,
            )

        if vector.refused:
            with pytest.raises(ProofError):
                check()
        else:
            check()
        found = root_from_inclusion(sha256, vector.leaf_hash, vector.index, vector.size, vector.proof)
        assert (found != vector.root) is vector.refused

    @pytest.mark.parametrize("vector", consistency_vectors(), ids=lambda vector: vector.name)
    def test_consistency(self, vector: ConsistencyVector):
        def check() -> None:
            require_consistency(
                SHA256,
                old=vector.old,
                new=vector.new,
                old_root=vector.old_root,
                new_root=vector.new_root,
                proof=vector.proof,
            )

        if vector.refused:
            with pytest.raises(ProofError):
                check()
        else:
            check()
        if 0 < vector.old < vector.new:
            found = roots_from_consistency(sha256, vector.old, vector.new, vector.old_root, vector.proof)
            assert (found != (vector.old_root, vector.new_root)) is vector.refused

    def test_reader_takes_a_folder_of_published_files(self, tmp_path: Path):
        text = (VECTORS / "inclusion.jsonl").read_text("utf-8").splitlines()[2]
        (tmp_path / "1").mkdir()
        (tmp_path / "1" / "happy-path.json").write_text(text, "utf-8")
        assert inclusion_vectors(tmp_path) == [inclusion_vectors()[2]]

    def test_there_is_a_fair_number_of_them(self):
        assert len(inclusion_vectors()) + len(consistency_vectors()) == 49
        assert any(vector.size == 0 for vector in inclusion_vectors())
        assert any(vector.new == 0 for vector in consistency_vectors())


class TestTree:
    @given(parts=st.lists(st.integers(0, 300), max_size=6))
    def test_equals_a_naive_one_however_it_grew(self, parts: list[int]):
        tree = Tree(SHA256, MemoryTiles())
        for part in parts:
            tree.append(LEAVES[tree.size : tree.size + part])
            assert tree.root() == second.root(sha256, LEAVES[: tree.size])

    @given(size=SIZES, data=st.data())
    def test_inclusion_proof_is_the_defined_one(self, tree: Tree, size: int, data: st.DataObject):
        index = data.draw(st.integers(0, size - 1))
        proof, root = tree.inclusion_proof(index, size), tree.root(size)
        assert root == root_over(sha256, LEAVES[:size])
        require_inclusion(SHA256, leaf_hash=LEAVES[index], index=index, size=size, proof=proof, root=root)
        if size < 1000:
            assert proof == second.path(sha256, index, LEAVES[:size])

    @given(size=SIZES, data=st.data())
    def test_consistency_proof_is_the_defined_one(self, tree: Tree, size: int, data: st.DataObject):
        old = data.draw(st.integers(0, size))
        proof = tree.consistency_proof(old, size)
        if old:
            require_consistency(
                SHA256, old=old, new=size, old_root=tree.root(old), new_root=tree.root(size), proof=proof
            )
        else:
            assert proof == []
        if 0 < old < size < 1000:
            assert proof == second.consistency(sha256, old, LEAVES[:size])

    @given(size=SIZES, data=st.data())
    def test_refuses_an_inclusion_proof_with_any_bit_flipped(self, tree: Tree, size: int, data: st.DataObject):
        index = data.draw(st.integers(0, size - 1))
        given_proof = [LEAVES[index], *tree.inclusion_proof(index, size), tree.root(size)]
        place = data.draw(st.integers(0, len(given_proof) - 1))
        given_proof[place] = flipped(given_proof[place], data.draw(st.integers(0, 255)))
        leaf, *proof, root = given_proof
        with pytest.raises(ProofError):
            require_inclusion(SHA256, leaf_hash=leaf, index=index, size=size, proof=proof, root=root)
        assert root_from_inclusion(sha256, leaf, index, size, proof) != root

    @given(size=SIZES.filter(lambda size: size > 1), data=st.data())
    def test_refuses_a_consistency_proof_with_any_bit_flipped(self, tree: Tree, size: int, data: st.DataObject):
        old = data.draw(st.integers(1, size - 1))
        parts = [tree.root(old), *tree.consistency_proof(old, size), tree.root(size)]
        place = data.draw(st.integers(0, len(parts) - 1))
        parts[place] = flipped(parts[place], data.draw(st.integers(0, 255)))
        old_root, *proof, new_root = parts
        with pytest.raises(ProofError):
            require_consistency(SHA256, old=old, new=size, old_root=old_root, new_root=new_root, proof=proof)
        assert roots_from_consistency(sha256, old, size, old_root, proof) != (old_root, new_root)

    @given(size=SIZES, data=st.data())
    def test_refuses_a_proof_for_another_place(self, tree: Tree, size: int, data: st.DataObject):
        index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size + 1))
        proof = tree.inclusion_proof(index, size)
        if other != index:
            with pytest.raises(ProofError):
                require_inclusion(
                    SHA256, leaf_hash=LEAVES[index], index=other, size=size, proof=proof, root=tree.root(size)
                )

    def test_empty_tree_has_the_hash_of_nothing_as_root(self):
        tree = Tree(SM3, MemoryTiles())
        assert tree.root() == sm3(b"") == Frontier(sm3).root()
        assert tree.root().hex() == "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"
        assert tree.consistency_proof(0) == []
        with pytest.raises(OutsideTreeError):
            tree.inclusion_proof(0)

    @pytest.mark.parametrize(("old", "new"), [(3, 2), (-1, 2), (1, 70_001)])
    def test_refuses_sizes_that_it_never_had(self, tree: Tree, old: int, new: int):
        with pytest.raises(OutsideTreeError):
            tree.consistency_proof(old, new)

    def test_says_which_tile_is_damaged(self):
        tiles = MemoryTiles()
        tree = Tree(SHA256, tiles)
        tree.append(LEAVES[:300])
        tiles.tiles[TileKey(0, 1)] = tiles.tiles[TileKey(0, 1)][:64]
        with pytest.raises(TreeDamagedError, match="第0层第1片"):
            tree.append(LEAVES[300:301])


class TestSm3:
    """GB/T 32905-2016, appendix A, and three libraries that agree."""

    @pytest.mark.parametrize(
        ("data", "digest"),
        [
            (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
            (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
        ],
    )
    def test_gives_the_examples_of_the_standard(self, data: bytes, digest: str):
        assert sm3(data).hex() == SM3.digest(data).hex() == digest

    @given(data=st.binary(max_size=400))
    def test_own_implementation_equals_those_of_the_libraries(self, data: bytes):
        from gmssl import sm3 as gmssl

        fast = digest_named("sm3")
        assert fast is not None
        assert sm3(data) == SM3.digest(data) == fast(data)
        assert sm3(data).hex() == gmssl.sm3_hash(list(data)) if data else True

    @given(size=st.integers(0, 40))
    def test_trees_equal_a_second_implementation(self, size: int):
        leaves = [sm3(b"\x00" + bytes([number])) for number in range(size)]
        tree = Tree(SM3, MemoryTiles())
        tree.append([SM3.leaf(bytes([number])) for number in range(size)])
        assert tree.root() == second.root(sm3, leaves) == root_over(sm3, leaves)
        for index in range(size):
            assert tree.inclusion_proof(index) == second.path(sm3, index, leaves)


def flipped(data: bytes, bit: int) -> bytes:
    """The same bytes with one bit changed."""
    return (int.from_bytes(data) ^ 1 << bit).to_bytes(len(data))
