"""Ed25519 keys that sign receipts: made once, kept in a file that only its owner reads, never in a repository."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

VARIABLE = "CARVEOUT_KEY"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyProblem(Exception):
    """A key that cannot be made, found or used; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key in memory. ``public`` is the raw public key, 64 hex digits."""

    private: Ed25519PrivateKey
    public: str

    def sign(self, message: bytes) -> str:
        """The signature of RFC 8032, 128 hex digits."""
        return self.private.sign(message).hex()


def key_id(public: str) -> str:
    """The id of a public key: the SHA-256 of its 32 bytes, in hex."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()


def is_signed(public: str, signature: str, message: bytes) -> bool:
    """Whether a signature is that of a message by a public key (both in hex)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_path() -> Path:
    """The user's own key file: what CARVEOUT_KEY names, else one in the user's data folder."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("carveout", appauthor=False) / "receipt-key.pem"


def public_path(key: Path) -> Path:
    """Where the public half of a key file lies."""
    return key.with_suffix(".pub")


def make_key(path: Path) -> Signer:
    """A new key file (PKCS 8, PEM) with the rights 0600, and its public half beside it.

    Raises:
        KeyProblem: there is one already, the folder is in a repository, or it cannot be written.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    inside = next((folder for folder in path.absolute().parents if (folder / ".git").exists()), None)
    if inside is not None:
        raise KeyProblem(f"{path} lies in the repository {inside}, where a key may be published; name another place")
    private = Ed25519PrivateKey.generate()
    text = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = _signer(private)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Made with its rights and never over another key: who signed must stay provable.
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text)
        public_path(path).write_text(signer.public + "\n", encoding="ascii")
    except FileExistsError:
        raise KeyProblem(f"{path} is there already, and receipts rest on it; name another file") from None
    except OSError as error:
        raise KeyProblem(f"{path} cannot be written: {error.strerror or error}") from None
    return signer


def read_key(path: Path) -> Signer:
    """The key of a file that only its owner can read.

    Raises:
        KeyProblem: it is not there, others can read it, or it holds no Ed25519 key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        rights, text = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise KeyProblem(f"the key {path}: {why}; carveout receipt key makes one") from None
    if os.name == "posix" and rights & OTHERS:
        raise KeyProblem(f"the key {path} can be read by others ({rights & 0o777:04o}); chmod 600 {path}")
    try:
        private = serialization.load_pem_private_key(text, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyProblem(f"{path} holds no key without a password; carveout receipt key makes one") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyProblem(f"{path} holds a key of another kind; receipts are signed with Ed25519")
    return _signer(private)


def read_public(path: Path) -> str:
    """The public key of a ``.pub`` file, in hex.

    Raises:
        KeyProblem: it is not there, or holds something else.
    """
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise KeyProblem(f"{path} cannot be read as a public key: 64 hex digits on one line") from None
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        raise KeyProblem(f"{path} is no public key: 64 hex digits on one line (the .pub file beside the key)")
    return text


def _signer(private: Ed25519PrivateKey) -> Signer:
    return Signer(private, private.public_key().public_bytes_raw().hex())
