"""Which server the client talks to: by one address, or by a region of the original service."""

from __future__ import annotations

import re
from typing import NamedTuple, Optional
from urllib.parse import urlsplit

ORIGINAL_DOMAIN = "cc.vonage.com"
THIS_MACHINE = re.compile(r"^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|::1)$")


class Addresses(NamedTuple):
    """With `/globalpci`, without a slash at its end; and the token endpoint."""

    api: str
    token: str


def addresses_of(
    base_url: Optional[str],
    region: Optional[str],
    domain: Optional[str],
    identity_url: Optional[str],
    insecure_http: bool,
) -> Addresses:
    """Raises ValueError for an address that is not usable."""
    if (base_url is None) == (region is None):
        raise ValueError("Either base_url or region is required.")
    if region is not None:
        if region not in ("nam", "emea", "apac"):
            raise ValueError("region must be nam, emea or apac.")
        base_url = f"https://{region}.api.{domain or ORIGINAL_DOMAIN}"
    base = re.sub(r"/globalpci$", "", _read_url("base_url", base_url or "", insecure_http), flags=re.I)
    if identity_url is None:
        identity = re.sub(r"^(https?://(?:nam|emea|apac)\.)api\.", r"\1", base)
    else:
        identity = _read_url("identity_url", identity_url, insecure_http)
    whole = re.search(r"/connect/token$", identity, re.I) is not None
    return Addresses(f"{base}/globalpci", identity if whole else f"{identity}/auth/connect/token")


def _read_url(name: str, text: str, insecure_http: bool) -> str:
    try:
        url = urlsplit(text)
        has_port = url.port != 0
    except ValueError:
        raise ValueError(f"{name} must be an address such as https://nam.api.pay.example.com.") from None
    if not has_port or url.scheme not in ("https", "http") or not url.hostname:
        raise ValueError(f"{name} must be an address such as https://nam.api.pay.example.com.")
    if url.username or url.password or url.query or url.fragment:
        raise ValueError(f"{name} must not contain credentials, a query or a fragment.")
    if url.scheme == "http" and not insecure_http and not THIS_MACHINE.match(url.hostname):
        raise ValueError(
            f"{name} must be https: over http, anyone on the way can read the client secret. "
            "With insecure_http=True it is used all the same."
        )
    return f"{url.scheme}://{url.netloc.lower()}{url.path}".rstrip("/")
