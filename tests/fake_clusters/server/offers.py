"""What SSH clients of many makes and years offer, from their sources and packet traces, and the least set they need."""

from dataclasses import dataclass

from fake_clusters.spec import Algorithms

__all__ = ["OFFERS", "Offer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Names in the client's order. least: the smallest set of a cluster that it gets on with."""

    client: str
    least: Algorithms
    kex: str
    host_keys: str
    ciphers: str
    macs: str


_CTR = "aes128-ctr aes192-ctr aes256-ctr"
_CBC = "aes128-cbc 3des-cbc blowfish-cbc cast128-cbc aes192-cbc aes256-cbc"
_ECDH = "ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521"
_ECDSA = "ecdsa-sha2-nistp256 ecdsa-sha2-nistp384 ecdsa-sha2-nistp521"
_GEX = "diffie-hellman-group-exchange-sha256"
_SHA1 = "diffie-hellman-group14-sha1 diffie-hellman-group1-sha1"
_GEX_SHA1 = "diffie-hellman-group-exchange-sha1"

OFFERS = (
    Offer(
        client="OpenSSH 5.3",
        least=Algorithms.LEGACY,
        kex=f"{_GEX} {_GEX_SHA1} {_SHA1}",
        host_keys="ssh-rsa ssh-dss",
        ciphers=f"{_CTR} arcfour256 arcfour128 {_CBC} arcfour",
        macs="hmac-md5 hmac-sha1 umac-64@openssh.com hmac-ripemd160 hmac-sha1-96 hmac-md5-96",
    ),
    Offer(
        client="OpenSSH 7.4",
        least=Algorithms.MODERN,
        kex=f"curve25519-sha256 curve25519-sha256@libssh.org {_ECDH} {_GEX} diffie-hellman-group16-sha512 "
        f"diffie-hellman-group18-sha512 {_GEX_SHA1} diffie-hellman-group14-sha256 {_SHA1}",
        host_keys=f"{_ECDSA} ssh-ed25519 rsa-sha2-512 rsa-sha2-256 ssh-rsa",
        ciphers=f"chacha20-poly1305@openssh.com {_CTR} aes128-gcm@openssh.com aes256-gcm@openssh.com {_CBC}",
        macs="umac-64-etm@openssh.com hmac-sha2-256-etm@openssh.com hmac-sha2-256 hmac-sha1",
    ),
    Offer(
        client="OpenSSH bound to FIPS 140",
        least=Algorithms.WIDE,
        kex=f"{_ECDH} {_GEX} diffie-hellman-group14-sha256 diffie-hellman-group16-sha512",
        host_keys=f"{_ECDSA} rsa-sha2-256 rsa-sha2-512",
        ciphers="aes256-gcm@openssh.com aes256-ctr aes128-gcm@openssh.com aes128-ctr",
        macs="hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com hmac-sha2-256 hmac-sha2-512",
    ),
    Offer(
        client="OpenSSH told to use P-256 alone",
        least=Algorithms.WIDE,
        kex="ecdh-sha2-nistp256",
        host_keys="ecdsa-sha2-nistp256",
        ciphers="aes256-ctr",
        macs="hmac-sha2-256",
    ),
    Offer(
        client="OpenSSH told to use CNSA 1.0",
        least=Algorithms.WIDE,
        kex="ecdh-sha2-nistp384 diffie-hellman-group16-sha512",
        host_keys="ecdsa-sha2-nistp384 rsa-sha2-512",
        ciphers="aes256-gcm@openssh.com",
        macs="hmac-sha2-512",
    ),
    Offer(
        client="dropbear 2022.83",
        least=Algorithms.WIDE,
        kex=f"curve25519-sha256 curve25519-sha256@libssh.org {_ECDH} diffie-hellman-group14-sha256 "
        "diffie-hellman-group14-sha1",
        host_keys=f"ssh-ed25519 {_ECDSA} rsa-sha2-256 ssh-rsa",
        ciphers="chacha20-poly1305@openssh.com aes128-ctr aes256-ctr",
        macs="hmac-sha1 hmac-sha2-256",
    ),
    Offer(
        client="libssh2 1.4",
        least=Algorithms.LEGACY,
        kex=f"diffie-hellman-group14-sha1 {_GEX_SHA1} diffie-hellman-group1-sha1",
        host_keys="ssh-rsa ssh-dss",
        ciphers=f"aes256-ctr aes192-ctr aes128-ctr {_CBC}",
        macs="hmac-sha1 hmac-sha1-96 hmac-md5 hmac-md5-96 hmac-ripemd160",
    ),
    Offer(
        client="libssh2 1.10",
        least=Algorithms.WIDE,
        kex=f"curve25519-sha256 curve25519-sha256@libssh.org {_ECDH} {_GEX} diffie-hellman-group16-sha512 "
        f"diffie-hellman-group18-sha512 diffie-hellman-group14-sha256 {_SHA1} {_GEX_SHA1}",
        host_keys=f"{_ECDSA} ssh-ed25519 ssh-rsa ssh-dss",
        ciphers=f"aes256-ctr aes192-ctr aes128-ctr {_CBC}",
        macs="hmac-sha2-256 hmac-sha2-512 hmac-sha1 hmac-sha1-96 hmac-md5 hmac-md5-96",
    ),
    Offer(
        client="JSch 0.1.44",
        least=Algorithms.LEGACY,
        kex=f"diffie-hellman-group1-sha1 {_GEX_SHA1}",
        host_keys="ssh-rsa ssh-dss",
        ciphers="aes128-ctr aes128-cbc 3des-ctr 3des-cbc blowfish-cbc",
        macs="hmac-md5 hmac-sha1 hmac-sha1-96 hmac-md5-96",
    ),
    Offer(
        client="JSch 0.1.55",
        least=Algorithms.WIDE,
        kex=f"{_ECDH} {_GEX} {_GEX_SHA1} {_SHA1}",
        host_keys=f"ssh-rsa ssh-dss {_ECDSA}",
        ciphers=f"{_CTR} aes128-cbc 3des-ctr 3des-cbc blowfish-cbc aes192-cbc aes256-cbc",
        macs="hmac-md5 hmac-sha1 hmac-sha2-256 hmac-sha1-96 hmac-md5-96",
    ),
    Offer(
        client="JSch (mwiede) 0.2",
        least=Algorithms.MODERN,
        kex=f"curve25519-sha256 curve25519-sha256@libssh.org {_ECDH} diffie-hellman-group18-sha512 {_GEX}",
        host_keys=f"ssh-ed25519 {_ECDSA} rsa-sha2-512 rsa-sha2-256",
        ciphers=f"{_CTR} aes128-gcm@openssh.com aes256-gcm@openssh.com",
        macs="hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com hmac-sha1-etm@openssh.com hmac-sha2-256",
    ),
    Offer(
        client="Net::SSH 7.0 without gems",
        least=Algorithms.WIDE,
        kex=f"ecdh-sha2-nistp521 ecdh-sha2-nistp384 ecdh-sha2-nistp256 {_GEX} diffie-hellman-group14-sha256",
        host_keys="ecdsa-sha2-nistp521 ecdsa-sha2-nistp384 ecdsa-sha2-nistp256 ssh-rsa rsa-sha2-256 rsa-sha2-512",
        ciphers="aes256-ctr aes192-ctr aes128-ctr",
        macs="hmac-sha2-512-etm@openssh.com hmac-sha2-256-etm@openssh.com hmac-sha2-512 hmac-sha2-256 hmac-sha1",
    ),
    Offer(
        client="Net::SSH 2.6",
        least=Algorithms.LEGACY,
        kex=f"{_GEX_SHA1} diffie-hellman-group1-sha1 diffie-hellman-group14-sha1",
        host_keys="ssh-rsa ssh-dss",
        ciphers="aes128-cbc 3des-cbc blowfish-cbc aes256-cbc aes128-ctr",
        macs="hmac-sha1 hmac-md5 hmac-sha1-96 hmac-md5-96",
    ),
    Offer(
        client="paramiko 1.15",
        least=Algorithms.LEGACY,
        kex=f"diffie-hellman-group1-sha1 diffie-hellman-group14-sha1 {_GEX_SHA1}",
        host_keys="ssh-rsa ssh-dss ecdsa-sha2-nistp256",
        ciphers="aes128-ctr aes256-ctr aes128-cbc blowfish-cbc aes256-cbc 3des-cbc arcfour128 arcfour256",
        macs="hmac-sha1 hmac-md5 hmac-sha1-96 hmac-md5-96",
    ),
    Offer(
        client="paramiko 2.4",
        least=Algorithms.WIDE,
        kex=f"{_ECDH} {_GEX} {_GEX_SHA1} {_SHA1}",
        host_keys=f"ssh-ed25519 {_ECDSA} ssh-rsa ssh-dss",
        ciphers=f"{_CTR} aes128-cbc aes192-cbc aes256-cbc blowfish-cbc 3des-cbc",
        macs="hmac-sha2-256 hmac-sha2-512 hmac-md5 hmac-sha1 hmac-md5-96 hmac-sha1-96",
    ),
    Offer(
        client="paramiko 3.5",
        least=Algorithms.MODERN,
        kex=f"curve25519-sha256@libssh.org {_ECDH} diffie-hellman-group16-sha512 {_GEX} {_GEX_SHA1} {_SHA1}",
        host_keys=f"ssh-ed25519 {_ECDSA} rsa-sha2-512 rsa-sha2-256 ssh-rsa",
        ciphers=f"{_CTR} aes128-cbc aes192-cbc aes256-cbc 3des-cbc aes128-gcm@openssh.com aes256-gcm@openssh.com",
        macs="hmac-sha2-256 hmac-sha2-512 hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com hmac-sha1",
    ),
    Offer(
        client="PuTTY 0.62",
        least=Algorithms.LEGACY,
        kex=f"{_GEX} {_GEX_SHA1} {_SHA1}",
        host_keys="ssh-rsa ssh-dss",
        ciphers="aes256-ctr aes256-cbc aes192-ctr aes192-cbc aes128-ctr aes128-cbc blowfish-cbc 3des-cbc",
        macs="hmac-sha1 hmac-sha1-96 hmac-md5",
    ),
    Offer(
        client="WinSCP 5.17",
        least=Algorithms.WIDE,
        kex=f"curve25519-sha256@libssh.org {_ECDH} {_GEX} {_GEX_SHA1} {_SHA1} rsa2048-sha256 rsa1024-sha1",
        host_keys=f"ssh-ed25519 {_ECDSA} ssh-rsa ssh-dss",
        ciphers="aes256-ctr aes256-cbc aes192-ctr aes128-ctr chacha20-poly1305@openssh.com 3des-ctr 3des-cbc",
        macs="hmac-sha2-256 hmac-sha1 hmac-sha1-96 hmac-md5",
    ),
    Offer(
        client="libssh 0.8",
        least=Algorithms.WIDE,
        kex=f"curve25519-sha256 curve25519-sha256@libssh.org {_ECDH} diffie-hellman-group18-sha512 {_SHA1}",
        host_keys=f"ssh-ed25519 {_ECDSA} rsa-sha2-512 rsa-sha2-256 ssh-rsa",
        ciphers="chacha20-poly1305@openssh.com aes256-ctr aes192-ctr aes128-ctr aes256-cbc 3des-cbc",
        macs="hmac-sha2-256 hmac-sha2-512 hmac-sha1",
    ),
    Offer(
        client="libssh 0.10",
        least=Algorithms.MODERN,
        kex=f"curve25519-sha256 curve25519-sha256@libssh.org {_ECDH} diffie-hellman-group18-sha512 {_GEX}",
        host_keys=f"ssh-ed25519 {_ECDSA} rsa-sha2-512 rsa-sha2-256",
        ciphers="chacha20-poly1305@openssh.com aes256-gcm@openssh.com aes128-gcm@openssh.com aes256-ctr aes128-ctr",
        macs="hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com hmac-sha2-256 hmac-sha2-512",
    ),
    Offer(
        client="Go x/crypto 2016",
        least=Algorithms.WIDE,
        kex=f"curve25519-sha256@libssh.org {_ECDH} {_SHA1}",
        host_keys=f"{_ECDSA} ssh-rsa ssh-dss ssh-ed25519",
        ciphers=f"{_CTR} arcfour256 arcfour128",
        macs="hmac-sha2-256 hmac-sha1 hmac-sha1-96",
    ),
    Offer(
        client="Go x/crypto 2024",
        least=Algorithms.MODERN,
        kex=f"mlkem768x25519-sha256 curve25519-sha256 curve25519-sha256@libssh.org {_ECDH}",
        host_keys=f"rsa-sha2-256 rsa-sha2-512 ssh-rsa {_ECDSA} ssh-ed25519",
        ciphers=f"aes128-gcm@openssh.com aes256-gcm@openssh.com chacha20-poly1305@openssh.com {_CTR}",
        macs="hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com hmac-sha2-256 hmac-sha1",
    ),
    Offer(
        client="Twisted Conch 18",
        least=Algorithms.WIDE,
        kex=f"{_ECDH} {_GEX} {_GEX_SHA1} diffie-hellman-group14-sha1",
        host_keys=f"{_ECDSA} ssh-rsa ssh-dss",
        ciphers="aes256-ctr aes256-cbc aes192-ctr aes192-cbc aes128-ctr aes128-cbc cast128-ctr 3des-cbc",
        macs="hmac-sha2-512 hmac-sha2-384 hmac-sha2-256 hmac-sha1 hmac-md5",
    ),
    Offer(
        client="Apache MINA SSHD 1.7",
        least=Algorithms.WIDE,
        kex=f"{_ECDH} {_GEX} diffie-hellman-group18-sha512 diffie-hellman-group14-sha256 {_GEX_SHA1} {_SHA1}",
        host_keys=f"{_ECDSA} ssh-rsa ssh-dss",
        ciphers=f"{_CTR} arcfour256 arcfour128 aes128-cbc 3des-cbc blowfish-cbc",
        macs="hmac-md5 hmac-sha1 hmac-sha2-256 hmac-sha2-512 hmac-sha1-96 hmac-md5-96",
    ),
    Offer(
        client="SSH.NET 2016",
        least=Algorithms.LEGACY,
        kex=f"{_GEX} {_GEX_SHA1} {_SHA1}",
        host_keys="ssh-rsa ssh-dss",
        ciphers=f"aes256-ctr 3des-cbc {_CBC}",
        macs="hmac-md5 hmac-md5-96 hmac-sha1 hmac-sha1-96 hmac-sha2-256 hmac-sha2-512",
    ),
    Offer(
        client="Cisco IOS 12.4",
        least=Algorithms.LEGACY,
        kex="diffie-hellman-group1-sha1",
        host_keys="ssh-rsa",
        ciphers="aes128-cbc 3des-cbc aes192-cbc aes256-cbc",
        macs="hmac-sha1 hmac-sha1-96 hmac-md5 hmac-md5-96",
    ),
    Offer(
        client="Cisco IOS XE 16",
        least=Algorithms.LEGACY,
        kex=f"{_GEX_SHA1} diffie-hellman-group14-sha1",
        host_keys="ssh-rsa",
        ciphers=f"{_CTR} aes128-cbc 3des-cbc",
        macs="hmac-sha2-256 hmac-sha2-512 hmac-sha1 hmac-sha1-96",
    ),
)
