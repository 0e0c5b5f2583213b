"""Signed notes and checkpoints: as C2SP writes them, and signatures that another library accepts."""

import base64

import pytest
from gmssl import func, sm2
from hypothesis import given
from hypothesis import strategies as st

from mingjing.contexts.records.keys import KeyFileError, make_key, read_key, verifier, write_key
from mingjing.domain.records.checkpoints import (
    Checkpoint,
    CheckpointError,
    cosign,
    cosigned_at,
    open_checkpoint,
    read_checkpoint,
    sign_checkpoint,
)
from mingjing.domain.records.hashing import HashName
from mingjing.domain.records.notes import (
    KeyType,
    Note,
    NoteError,
    PublicKey,
    read_note,
    read_public_key,
    read_signature,
    require_signed,
    sign_note,
)
from mingjing_verify.notes import MalformedError, read_signed_checkpoint
from mingjing_verify.notes import read_key as verifier_read_key
from mingjing_verify.signatures import ed25519_verifies, sm2_verifies

# The example of C2SP tlog-cosignature: a log and a witness with published signatures, and their key ids.
EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
KINDS = list(KeyType)
SIGNING = [KeyType.ED25519, KeyType.SM2]
COSIGNING = [KeyType.ED25519_COSIGNATURE, KeyType.SM2_COSIGNATURE]
CHECKPOINT = Checkpoint(origin="log.example/2026", size=17, root=bytes(range(32)), hash=HashName.SM3)


class TestForm:
    def test_reads_the_published_example(self):
        note = read_note(EXAMPLE)
        assert str(note) == EXAMPLE
        checkpoint = read_checkpoint(note.text)
        assert (checkpoint.origin, checkpoint.size, checkpoint.hash) == (
            "example.com/behind-the-sofa",
            20852163,
            HashName.SHA256,
        )
        assert checkpoint.text == note.text
        assert int.from_bytes(note.signatures[1].signature[:8]) == 1679315147
        other = read_signed_checkpoint(EXAMPLE.encode())
        assert (other.size, other.root) == (checkpoint.size, checkpoint.root)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "a\n1\n",
            "a\n01\n" + base64.b64encode(bytes(32)).decode() + "\n",
            "a\n-1\n" + base64.b64encode(bytes(32)).decode() + "\n",
            "a\n1\n" + base64.b64encode(bytes(31)).decode() + "\n",
            "a\n1\n" + base64.b64encode(bytes(32)).decode(),
            "a\n1\n" + base64.b64encode(bytes(32)).decode() + "\n\n",
            "\n1\n" + base64.b64encode(bytes(32)).decode() + "\n",
            "a\n1\n" + base64.b64encode(bytes(32)).decode() + "\nhash md5\n",
        ],
    )
    def test_refuses_what_is_no_checkpoint(self, text: str):
        with pytest.raises(CheckpointError):
            read_checkpoint(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "text\n",
            "text\n\n",
            "text\n\n— a",
            "text\n\n— a b\n",
            "text\n\n- a AAAAAAAA\n",
            "te\x07xt\n\n— a AAAAAAA=\n",
        ],
    )
    def test_refuses_what_is_no_signed_note(self, text: str):
        with pytest.raises(NoteError):
            read_note(text)
        with pytest.raises(MalformedError):
            read_signed_checkpoint(text.encode())

    @pytest.mark.parametrize("line", ["— a+b AAAAAAA=", "— a AAAA", "— a AAAAAAB=", "—  AAAAAAA="])
    def test_refuses_malformed_signature_lines(self, line: str):
        with pytest.raises(NoteError):
            read_signature(line)


class TestKeys:
    @pytest.mark.parametrize("kind", KINDS)
    def test_verifier_key_reads_back_in_both_packages(self, kind: KeyType):
        key = make_key("log.example", kind).public
        assert read_public_key(str(key)) == key
        other = verifier_read_key(str(key))
        assert (other.name, other.key, other.id, other.cosigns) == (key.name, key.key, key.key_id, kind.cosigns)

    @pytest.mark.parametrize("change", [lambda text: text[:-8], lambda text: text.replace("+", "+0", 1), lambda _: "a"])
    def test_refuses_a_miscopied_key(self, change):
        text = str(make_key("log.example", KeyType.SM2).public)
        with pytest.raises(NoteError):
            read_public_key(change(text))
        with pytest.raises(MalformedError):
            verifier_read_key(change(text))

    @pytest.mark.parametrize("kind", KINDS)
    def test_file_is_for_its_owner_only_and_never_overwritten(self, kind: KeyType, tmp_path):
        signer, path = make_key("log.example", kind), tmp_path / "keys" / "log.key"
        write_key(path, signer)
        assert path.stat().st_mode & 0o777 == 0o600
        assert read_key(path).public == signer.public
        assert verifier(signer.public).verifies(b"text", read_key(path).sign(b"text"))
        with pytest.raises(FileExistsError):
            write_key(path, signer)
        path.chmod(0o644)
        with pytest.raises(KeyFileError, match="chmod 600"):
            read_key(path)

    def test_says_where_a_key_is_missing_or_broken(self, tmp_path):
        with pytest.raises(KeyFileError, match="没有密钥文件"):
            read_key(tmp_path / "none.key")
        (tmp_path / "bad.key").write_text("PRIVATE+sm2+a\n")
        (tmp_path / "bad.key").chmod(0o600)
        with pytest.raises(KeyFileError, match="看不懂"):
            read_key(tmp_path / "bad.key")


class TestSignatures:
    """What one library signs, others accept: two for Ed25519, three for SM2."""

    @given(message=st.binary(max_size=200))
    def test_ed25519_agrees_with_own_verification(self, message: bytes):
        signer = make_key("log.example", KeyType.ED25519)
        signature = signer.sign(message)
        assert verifier(signer.public).verifies(message, signature)
        assert ed25519_verifies(signer.public.key, message, signature)
        assert not ed25519_verifies(signer.public.key, message + b"x", signature)

    @pytest.mark.parametrize(
        ("key", "message", "signature"),
        [
            # RFC 8032, 7.1, tests 1 to 3
            (
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
            (
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ),
        ],
    )
    def test_ed25519_gives_the_examples_of_the_standard(self, key: str, message: str, signature: str):
        arguments = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
        assert ed25519_verifies(*arguments)
        assert not ed25519_verifies(arguments[0], arguments[1] + b"\x00", arguments[2])

    @pytest.mark.parametrize("message", [b"", b"message digest", "处罚决定".encode()])
    def test_sm2_agrees_with_two_others(self, message: bytes):
        signer = make_key("log.example", KeyType.SM2)
        signature = signer.sign(message)
        key = signer.public.key
        assert verifier(signer.public).verifies(message, signature)
        assert sm2_verifies(key, message, signature)
        other = sm2.CryptSM2(public_key=key.hex(), private_key=signer.private.hex())  # type: ignore[attr-defined]
        assert other.verify_with_sm3(signature.hex(), message)
        theirs = bytes.fromhex(other.sign_with_sm3(message, func.random_hex(other.para_len)))
        assert sm2_verifies(key, message, theirs)
        assert verifier(signer.public).verifies(message, theirs)
        assert not sm2_verifies(key, message + b"x", signature)
        assert not sm2_verifies(key, message, bytes(64))
        assert not verifier(signer.public).verifies(message, signature[:63])

    @pytest.mark.parametrize("kind", SIGNING)
    @given(bit=st.integers(0, 511))
    def test_any_flipped_bit_of_a_signature_is_found(self, kind: KeyType, bit: int):
        signer = make_key("log.example", kind)
        signature = signer.sign(b"text")
        changed = (int.from_bytes(signature) ^ 1 << bit).to_bytes(64)
        assert not verifier(signer.public).verifies(b"text", changed)
        check = ed25519_verifies if kind is KeyType.ED25519 else sm2_verifies
        assert not check(signer.public.key, b"text", changed)


class TestCheckpoints:
    @pytest.mark.parametrize("kind", SIGNING)
    def test_signed_and_cosigned_checkpoint_opens_in_both_packages(self, kind: KeyType):
        log, witness = make_key("log.example", kind), make_key("witness.example", COSIGNING[SIGNING.index(kind)])
        note = sign_checkpoint(CHECKPOINT, [log])
        both = Note(text=note.text, signatures=(*note.signatures, cosign(note, signer=witness, seconds=1_795_000_000)))
        found, opened = open_checkpoint(str(both), origin=CHECKPOINT.origin, verifiers=[verifier(log.public)])
        assert found == CHECKPOINT
        assert cosigned_at(opened, verifier(witness.public)) == 1_795_000_000
        assert cosigned_at(note, verifier(witness.public)) is None
        other = read_signed_checkpoint(str(both).encode())
        assert other.signed_by([verifier_read_key(str(log.public))])
        assert other.cosigned_by(verifier_read_key(str(witness.public))) == 1_795_000_000
        assert (other.hash, other.size, other.root) == ("sm3", 17, CHECKPOINT.root)

    def test_moment_of_a_cosignature_cannot_be_changed(self):
        log, witness = make_key("log.example", KeyType.SM2), make_key("w.example", KeyType.SM2_COSIGNATURE)
        note = sign_checkpoint(CHECKPOINT, [log])
        line = cosign(note, signer=witness, seconds=1_795_000_000)
        later = type(line)(
            name=line.name, key_id=line.key_id, signature=(1_795_000_001).to_bytes(8) + line.signature[8:]
        )
        changed = Note(text=note.text, signatures=(*note.signatures, later))
        with pytest.raises(CheckpointError):
            cosigned_at(changed, verifier(witness.public))
        with pytest.raises(MalformedError):
            read_signed_checkpoint(str(changed).encode()).cosigned_by(verifier_read_key(str(witness.public)))

    def test_keys_of_the_log_do_not_cosign(self):
        log = make_key("log.example", KeyType.SM2)
        with pytest.raises(ValueError, match="cosignature type"):
            cosign(sign_checkpoint(CHECKPOINT, [log]), signer=log, seconds=1)

    def test_refuses_another_log_another_key_and_a_changed_text(self):
        log, stranger = make_key("log.example", KeyType.SM2), make_key("log.example", KeyType.SM2)
        text = str(sign_checkpoint(CHECKPOINT, [log]))
        with pytest.raises(CheckpointError, match="不是“other”的"):
            open_checkpoint(text, origin="other", verifiers=[verifier(log.public)])
        with pytest.raises(NoteError, match="没有一个认识的密钥"):
            open_checkpoint(text, origin=CHECKPOINT.origin, verifiers=[verifier(stranger.public)])
        with pytest.raises(NoteError, match="签名不对"):
            open_checkpoint(
                text.replace("\n17\n", "\n18\n"), origin=CHECKPOINT.origin, verifiers=[verifier(log.public)]
            )

    def test_unknown_signatures_are_passed_over(self):
        log, stranger = make_key("log.example", KeyType.ED25519), make_key("other.example", KeyType.ED25519)
        note = sign_note(CHECKPOINT.text, [stranger, log])
        assert require_signed(note, [verifier(log.public)]) == [log.public]

    def test_key_ids_are_those_of_c2sp(self):
        """SHA-256 of name, newline, type byte and key, first four bytes: computed by hand for a key of zeros."""
        import hashlib

        key = PublicKey(name="example.com/log", type=KeyType.ED25519, key=bytes(32))
        assert key.key_id == hashlib.sha256(b"example.com/log\n\x01" + bytes(32)).digest()[:4]
