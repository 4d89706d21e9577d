//! How much one address or one key may ask for: a token bucket each, and only so many buckets.
//!
//! Reads no clock: the time is an argument.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

/// Addresses or keys that are told apart at once: about 1 MB. A bucket is only kept until it
/// is full again, which takes seconds, so this many ask within seconds of each other.
const MOST: usize = 10_000;

/// The greatest rate or burst.
const GREATEST: u32 = 1_000_000;

/// So many a second in the long run, and so many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    per_second: NonZeroU32,
    burst: NonZeroU32,
}

impl Rate {
    const fn of(per_second: u32, burst: u32) -> Option<Rate> {
        if per_second > GREATEST || burst > GREATEST {
            return None;
        }
        match (NonZeroU32::new(per_second), NonZeroU32::new(burst)) {
            (Some(per_second), Some(burst)) => Some(Rate { per_second, burst }),
            _ => None,
        }
    }

    /// Time in which one token comes back.
    fn interval(self) -> Duration {
        Duration::from_secs(1) / self.per_second.get()
    }
}

/// The rates of one address, or one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Of most requests. A page asks for 70 files and answers when it is opened.
    pub light: Rate,
    /// Of those that read whole files, rank all rows, or plan.
    pub heavy: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        let rate = |per_second, burst| {
            Rate::of(per_second, burst)
                .unwrap_or(Rate { per_second: NonZeroU32::MIN, burst: NonZeroU32::MIN })
        };
        Rates { light: rate(50, 200), heavy: rate(2, 10) }
    }
}

/// Rates that cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "看不懂限速 “{said}”：写法为 每秒次数:一次最多，例如 50:200，或 50:200,2:10（后者用于导入、导出、排场），各数在 1 到 {GREATEST} 之间 / cannot read the rate \"{said}\": write PER_SECOND:BURST such as 50:200, or 50:200,2:10 (the latter for imports, exports and planning), each in 1..={GREATEST}"
)]
pub struct RatesError {
    said: String,
}

impl FromStr for Rates {
    type Err = RatesError;

    fn from_str(said: &str) -> Result<Self, RatesError> {
        let wrong = || RatesError { said: said.to_owned() };
        let rate = |part: &str| {
            let (per_second, burst) = part.split_once(':')?;
            Rate::of(per_second.trim().parse().ok()?, burst.trim().parse().ok()?)
        };
        let (light, heavy) = match said.split_once(',') {
            Some((light, heavy)) => (light, Some(heavy)),
            None => (said, None),
        };
        Ok(Rates {
            light: rate(light).ok_or_else(wrong)?,
            heavy: heavy.map_or(Some(Rates::default().heavy), rate).ok_or_else(wrong)?,
        })
    }
}

/// One bucket for each address or key that asked lately.
///
/// A bucket is kept as the time at which it will be full (the generic cell rate
/// algorithm, ITU-T I.371): one number holds both the tokens and their age.
#[derive(Debug)]
pub(super) struct Buckets<K> {
    rate: Rate,
    most: usize,
    full_at: BTreeMap<K, Duration>,
    /// Shared by all who come when there are too many.
    rest_full_at: Duration,
    /// When full buckets may be looked for again.
    sweep_at: Duration,
}

impl<K: Ord> Buckets<K> {
    pub(super) fn new(rate: Rate) -> Buckets<K> {
        Buckets {
            rate,
            most: MOST,
            full_at: BTreeMap::new(),
            rest_full_at: Duration::ZERO,
            sweep_at: Duration::ZERO,
        }
    }

    /// Takes a token of `who`, `now` after some fixed instant.
    ///
    /// # Errors
    /// The time until there is one, when there is none.
    pub(super) fn take(&mut self, who: K, now: Duration) -> Result<(), Duration> {
        if self.full_at.len() >= self.most && !self.full_at.contains_key(&who) && now >= self.sweep_at {
            self.full_at.retain(|_, full_at| *full_at > now);
            self.sweep_at = now + Duration::from_secs(1);
        }
        let crowded = self.full_at.len() >= self.most && !self.full_at.contains_key(&who);
        let bucket =
            if crowded { &mut self.rest_full_at } else { self.full_at.entry(who).or_insert(Duration::ZERO) };
        let interval = self.rate.interval();
        let full_at = (*bucket).max(now) + interval;
        let latest = now + interval * self.rate.burst.get();
        if full_at > latest {
            return Err(full_at - latest);
        }
        *bucket = full_at;
        Ok(())
    }
}

/// Who counts as one: an IPv4 address, or the /64 that an IPv6 host can choose from.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]
mod tests {
    use super::*;

    use proptest::prelude::*;

    const A: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn buckets(per_second: u32, burst: u32) -> Buckets<IpAddr> {
        Buckets::new(Rate::of(per_second, burst).unwrap())
    }

    #[test]
    fn rates_are_read_or_refused() {
        let rates = |light: (u32, u32), heavy: (u32, u32)| {
            Some(Rates {
                light: Rate::of(light.0, light.1).unwrap(),
                heavy: Rate::of(heavy.0, heavy.1).unwrap(),
            })
        };
        assert_eq!(Some(Rates::default()), rates((50, 200), (2, 10)));
        for (said, wanted) in [
            ("5:20", rates((5, 20), (2, 10))),
            ("5:20,1:1", rates((5, 20), (1, 1))),
            (" 5 : 20 , 1 : 3 ", rates((5, 20), (1, 3))),
            ("", None),
            ("5", None),
            ("0:20", None),
            ("5:0", None),
            ("5:20,", None),
            ("5:20,1:1,1:1", None),
            ("-5:20", None),
            ("5:1000001", None),
        ] {
            assert_eq!(said.parse::<Rates>().ok(), wanted, "{said}");
        }
    }

    #[test]
    fn a_burst_passes_and_the_next_waits_for_a_token() {
        let mut buckets = buckets(2, 3);
        let now = Duration::from_secs(100);
        for _ in 0..3 {
            assert_eq!(buckets.take(A, now), Ok(()));
        }
        assert_eq!(buckets.take(A, now), Err(Duration::from_millis(500)));
        assert_eq!(buckets.take(A, now + Duration::from_millis(499)), Err(Duration::from_millis(1)));
        assert_eq!(buckets.take(A, now + Duration::from_millis(500)), Ok(()));
        assert!(buckets.take(A, now + Duration::from_millis(500)).is_err());
        assert_eq!(buckets.take("192.0.2.2".parse().unwrap(), now), Ok(()), "another address");
    }

    #[test]
    fn who_counts_as_one() {
        for (one, other, same) in [
            ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("2001:db8::1", "2001:db8::2", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
        ] {
            let [a, b] = [one, other].map(|said| network(said.parse().unwrap()));
            assert_eq!(a == b, same, "{one} {other}");
        }
    }

    #[test]
    fn many_addresses_take_no_more_room_than_there_is() {
        let mut buckets = Buckets { most: 4, ..buckets(1, 2) };
        let who = |n: u8| IpAddr::from([192, 0, 2, n]);
        for n in 0..4 {
            assert_eq!(buckets.take(who(n), Duration::ZERO), Ok(()));
        }
        // Two newcomers share what is left; the others keep their own.
        assert_eq!(buckets.take(who(10), Duration::ZERO), Ok(()));
        assert_eq!(buckets.take(who(11), Duration::ZERO), Ok(()));
        assert!(buckets.take(who(12), Duration::ZERO).is_err());
        assert_eq!(buckets.take(who(0), Duration::ZERO), Ok(()));
        assert_eq!(buckets.full_at.len(), 4);
        // Once buckets are full again they make room.
        assert_eq!(buckets.take(who(12), Duration::from_secs(3)), Ok(()));
        assert_eq!(buckets.full_at.len(), 1);
    }

    proptest! {
        /// In any stretch of time no more passes than the burst and what comes back in it,
        /// and whoever keeps to the rate is never refused.
        #[test]
        fn the_rate_holds(per_second in 1u32..50, burst in 1u32..20, gaps in prop::collection::vec(0u64..400, 1..200)) {
            let mut all = buckets(per_second, burst);
            let mut steady = buckets(per_second, burst);
            let mut now = Duration::ZERO;
            let mut passed: Vec<Duration> = Vec::new();
            for (at, gap) in gaps.iter().enumerate() {
                now += Duration::from_millis(*gap);
                if all.take(A, now).is_ok() {
                    passed.push(now);
                }
                let turn = Rate::of(per_second, burst).unwrap().interval() * u32::try_from(at).unwrap();
                prop_assert!(steady.take(A, turn).is_ok(), "turn {}", at);
            }
            for (at, from) in passed.iter().enumerate() {
                for (more, to) in passed[at..].iter().enumerate() {
                    let allowed = f64::from(burst) + (*to - *from).as_secs_f64() * f64::from(per_second) + 1e-6;
                    prop_assert!((more + 1) as f64 <= allowed, "{} in {:?}..{:?}", more + 1, from, to);
                }
            }
        }
    }
}
