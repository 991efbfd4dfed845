# SPDX-License-Identifier: MIT
"""A throw-away certificate authority and the certificates of the lab's agents, good ones and bad ones, made with the
openssl command line in a folder that goes with the test run.  Keys lie beside their certificates."""
import dataclasses
import pathlib
import subprocess

from documents import DOMAIN

NAMES = [f"kms01.{DOMAIN}", f"*.{DOMAIN}", "localhost"]
ADDRESSES = ["127.0.0.1", "::1"]
SELF_SIGNED_SUBJECT = r"/C=SE/O=NSClient\+\+/CN=generated-certificate"  # as NSClient++ makes them: no other name


@dataclasses.dataclass(frozen=True)
class Pair:
    certificate: pathlib.Path
    key: pathlib.Path

    @property
    def pin(self):
        """The public key as --pin takes it: sha256//, then the hash of its SubjectPublicKeyInfo in base64."""
        spki = openssl("pkey", "-pubin", "-outform", "DER", stdin=openssl("x509", "-in", self.certificate, "-pubkey",
                                                                         "-noout"))
        digest = openssl("dgst", "-sha256", "-binary", stdin=spki)
        return "sha256//" + openssl("base64", "-A", stdin=digest).decode("ascii").strip()


def openssl(*words, stdin=b""):
    done = subprocess.run(["openssl", *words], input=stdin, capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {words[0]}: {done.stderr.decode('utf-8', 'replace')}")
    return done.stdout


def alternative_names(names, addresses):
    return ",".join([f"DNS:{name}" for name in names] + [f"IP:{address}" for address in addresses])


class Certificates:
    """Everything in one folder.  `ca` signs `server`, `other_name`, `expired` and `client`; nobody trusts the rest."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.ca = self._self_signed("ca", "/O=Lab/CN=Lab CA", "basicConstraints=critical,CA:TRUE",
                                    "keyUsage=critical,keyCertSign,cRLSign")
        self.other_ca = self._self_signed("other_ca", "/O=Elsewhere/CN=Elsewhere CA",
                                          "basicConstraints=critical,CA:TRUE")
        good_names = alternative_names(NAMES, ADDRESSES)
        self.server = self._signed("server", self.ca, good_names)
        self.other_name = self._signed("other_name", self.ca, alternative_names(["files9.corp.example.com"], []))
        self.expired = self._signed("expired", self.ca, good_names, dates=("20250101000000Z", "20250201000000Z"))
        self.untrusted = self._signed("untrusted", self.other_ca, good_names)
        self.self_signed = self._self_signed("self_signed", SELF_SIGNED_SUBJECT)
        self.client = self._signed("client", self.ca, "email:monitoring@corp.example.com", usage="clientAuth")
        self.other_client = self._signed("other_client", self.other_ca, "email:stranger@example.net",
                                         usage="clientAuth")

    @property
    def ca_file(self):
        return self.ca.certificate

    def _pair(self, name):
        return Pair(self.folder / f"{name}.pem", self.folder / f"{name}.key")

    def _new_key(self, pair):
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", pair.key)

    def _self_signed(self, name, subject, *extensions):
        pair = self._pair(name)
        self._new_key(pair)
        config = self.folder / f"{name}.cnf"
        config.write_text("[req]\ndistinguished_name=name\nx509_extensions=extensions\n[name]\n[extensions]\n" +
                          "".join(f"{extension}\n" for extension in extensions), encoding="ascii")
        openssl("req", "-x509", "-new", "-key", pair.key, "-subj", subject, "-days", "3", "-out", pair.certificate,
                "-config", config)
        return pair

    def _signed(self, name, issuer, names, usage="serverAuth", dates=None):
        """`dates` are notBefore and notAfter; else it is good for three days."""
        pair = self._pair(name)
        self._new_key(pair)
        request = openssl("req", "-new", "-key", pair.key, "-subj", f"/O=Lab/CN={name}", "-config", "/dev/null")
        folder = self.folder / f"{name}.ca"
        folder.mkdir()
        (folder / "index").write_text("", encoding="ascii")
        config = folder / "config"
        config.write_text(
            f"[ca]\ndefault_ca=lab\n[lab]\ndatabase={folder}/index\nnew_certs_dir={folder}\nrand_serial=yes\n"
            f"default_md=sha256\npolicy=any\nx509_extensions=extensions\n[any]\norganizationName=supplied\n"
            f"commonName=supplied\n[extensions]\nbasicConstraints=CA:FALSE\nextendedKeyUsage={usage}\n"
            f"subjectAltName={names}\n", encoding="ascii")
        validity = ["-startdate", dates[0], "-enddate", dates[1]] if dates else ["-days", "3"]
        openssl("ca", "-batch", "-notext", "-config", config, "-cert", issuer.certificate, "-keyfile", issuer.key,
                *validity, "-in", "/dev/stdin", "-out", pair.certificate, stdin=request)
        return pair
