"""The 18 characters by which an enterprise is known (统一社会信用代码), with their check digit."""

#: GB 32100-2015 leaves out I, O, S, V and Z.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
WEIGHTS = [pow(3, place, 31) for place in range(LENGTH - 1)]


def normalised_credit_code(text: str) -> str:
    """Return the code in capitals without spaces.

    >>> normalised_credit_code(" 91350100m000100y43 ")
    '91350100M000100Y43'
    """
    return "".join(text.split()).upper()


def check_character(first: str) -> str:
    """Return the eighteenth character: 31 less the weighted sum modulo 31, where 31 stands for 0 (GB 32100-2015).

    >>> check_character("91350100M000100Y4")
    '3'
    """
    total = sum(ALPHABET.index(one) * weight for one, weight in zip(first, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def is_credit_code(text: str) -> bool:
    """Return True if it has 18 characters of the alphabet and the check digit follows from the others.

    >>> is_credit_code("91350100M000100Y43"), is_credit_code("91350100M000100Y44")
    (True, False)
    """
    return len(text) == LENGTH and set(text) <= set(ALPHABET) and check_character(text[:-1]) == text[-1]
