"""Certificates that mail of a mailbox at end-to-end is encrypted to, self-signed."""

from installation import run


def recipient_certificate(directory, name, key="rsa:2048", usage="keyEncipherment", days=90):
    """The file of NAME@example.org's, which is NAME.pem there; its key is NAME-key.pem."""
    options = ["-newkey", key] if key.startswith("rsa") else ["-newkey", "ec", "-pkeyopt", f"ec_paramgen_curve:{key}"]
    file = directory / f"{name}.pem"
    run("openssl", "req", "-x509", *options, "-nodes", "-days", str(days), "-subj", f"/CN={name}",
        "-addext", f"subjectAltName=email:{name}@example.org", "-addext", f"keyUsage={usage}",
        "-addext", "extendedKeyUsage=emailProtection", "-keyout", directory / f"{name}-key.pem", "-out", file)
    return file
