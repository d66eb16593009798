//! Recognises RSA keys made by a faulty library (CVE-2017-15361, "ROCA"), whose private part can be computed.

/// The odd primes up to 167, by which the library's primes are built.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
    113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// Returns true if a modulus, in big-endian bytes, has the form of the faulty library's keys: modulo each of the primes
/// it is a power of 65537 (Nemec et al., "The Return of Coppersmith's Attack", section 3). One sound key in 240 million
/// has this form by chance.
pub fn is_vulnerable(modulus: &[u8]) -> bool {
    PRIMES.iter().all(|prime| {
        let remainder = modulus.iter().fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime);
        is_power_of_65537(remainder, *prime)
    })
}

/// Returns true if a number is a power of 65537 modulo a prime.
fn is_power_of_65537(number: u32, prime: u32) -> bool {
    let mut power = 1;
    for _ in 1..prime {
        if power == number {
            return true;
        }
        power = power * 65_537 % prime;
    }
    false
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::auth::token::key_set::KeySet;

    /// A modulus of 2,048 bits, made of two primes of the faulty library's form.
    const VULNERABLE: &str = concat!(
        "ydHE96XIdbiujdHzezqoAglRf3K9b6c9vhdvDMNWyt9zXc_yh2ztWioQtctdsHG3Qq9eYyrnVYHWh2g0A6tPeDTYJSoNrq4UOPKI3xUgrJftUIvY",
        "32wavUjp2VyfoVT8uuMfqC2bjRmfbDZDl4dP74JuSYloo67hLlzRjagD3m4KwwsMpdrGFU-VTRRZ6tmLGfsvPOxViRY4W7vyNuVlZYKC3ym4CazQ",
        "lS_9t7tyJXQl0K1_AKGtlpUx9iN-GYqJTrW2cDnBoXFDkLsqLk_U7PnFYeLMW-qjQdH9jF88e0RbWsHA_q0oafKFF_w2uwpvQVcR1iIAhBQXPTN3",
        "HhSc_Q",
    );

    fn key_set(modulus: &str) -> String {
        format!(r#"{{"keys":[{{"kty":"RSA","kid":"k","n":"{modulus}","e":"AQAB"}}]}}"#)
    }

    #[test]
    fn a_key_of_the_faulty_library_is_left_out_of_a_key_set() {
        let modulus = URL_SAFE_NO_PAD.decode(VULNERABLE).expect("a modulus");
        assert!(is_vulnerable(&modulus));
        assert!(KeySet::parse(key_set(VULNERABLE).as_bytes()).is_err(), "the set has no usable key");
        // The same number, 2 larger: no longer of that form.
        let mut other = modulus;
        let last = other.len() - 1;
        other[last] = other[last].wrapping_add(2);
        assert!(!is_vulnerable(&other));
        assert!(KeySet::parse(key_set(&URL_SAFE_NO_PAD.encode(other)).as_bytes()).is_ok());
    }

    #[test]
    fn moduli_of_other_forms_are_not_taken_for_vulnerable() {
        // Numbers spread by a linear congruential generator. None of ten thousand has the form.
        let mut state: u64 = 7;
        for _ in 0..10_000 {
            let mut modulus = [0_u8; 256];
            for byte in &mut modulus {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *byte = state.to_be_bytes()[0];
            }
            assert!(!is_vulnerable(&modulus));
        }
    }
}
