//! Keys and sessions: who may come in.
//!
//! A key's secret is 256 bits from the operating system, shown once and kept as a
//! BLAKE3 digest. A slow hash would add nothing: those make the guessing of what people
//! choose dear, and 2²⁵⁶ equally likely secrets are not guessed at any price. Sessions
//! are kept the same way, so whoever reads the file or a backup of it can come in by
//! neither.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::{Role, Scope};

use super::audit::{Deed, Record, note};
use super::database::{Access, Row, Transaction, Value, first};
use super::error::StoreError;
use super::listings::Store;

/// What every key begins with, so that one that has got loose is known for what it is.
pub const KEY_PREFIX: &str = "opk_";

/// Bytes of a secret, and of a key's id.
const SECRET_BYTES: usize = 32;
const ID_BYTES: usize = 5;

/// What separates these digests from any other use of the same bytes.
const CONTEXT: &str = "opcmatch 2026-11 access secrets v1";

/// Names a key without opening anything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct KeyId(pub String);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The secret of a key or session: whoever has it is let in. Shown by nothing but
/// [`Secret::reveal`].
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// What is asked of a new key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// Whose it is, in words; may be empty.
    pub name: String,
    /// As what it lets in; never [`Role::Public`].
    pub role: Role,
    /// For which district; a publisher must have one, an admin has none.
    pub tenant: Option<String>,
    /// What it may be used for.
    pub scope: Scope,
    /// Until when; `None` is until it is revoked.
    pub expires: Option<Timestamp>,
}

/// Why there can be no such key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NewKeyError {
    /// Nobody needs a key for what the public may do.
    #[error(
        "公众不需要密钥，请选 opc、publisher、organiser 或 admin / the public needs no key: take opc, publisher, organiser or admin"
    )]
    Public,
    /// A publisher publishes for a district.
    #[error("发布方要写明区县：--tenant 名称 / a publisher needs a district: --tenant NAME")]
    NoTenant,
    /// An admin is not of one district.
    #[error("管理员管全部，不能限定区县 / an admin has everything and no district")]
    AdminOfTenant,
    /// Names are short and on one line.
    #[error("名称和区县最多 {MOST} 个字，不含控制字符，区县不能为空 / a name or district has at most {MOST} characters and no control character, and a district is not empty", MOST = WORDS_MAX)]
    Words,
    /// It would never have been valid.
    #[error("到期时间已过 / it would have expired already")]
    Expired,
}

/// The longest name, in characters.
const WORDS_MAX: usize = 100;

impl NewKey {
    /// Checks that there can be such a key.
    ///
    /// # Errors
    /// When there cannot.
    pub fn checked(self, now: Timestamp) -> Result<NewKey, NewKeyError> {
        let plain = |words: &str| words.chars().count() <= WORDS_MAX && !words.chars().any(char::is_control);
        let tenant_fits =
            self.tenant.as_deref().is_none_or(|tenant| plain(tenant) && !tenant.trim().is_empty());
        match (self.role, &self.tenant) {
            (Role::Public, _) => Err(NewKeyError::Public),
            (Role::Publisher, None) => Err(NewKeyError::NoTenant),
            (Role::Admin, Some(_)) => Err(NewKeyError::AdminOfTenant),
            _ if !plain(&self.name) || !tenant_fits => Err(NewKeyError::Words),
            _ if self.expires.is_some_and(|expires| expires <= now) => Err(NewKeyError::Expired),
            _ => Ok(self),
        }
    }
}

/// A key, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AccessKey {
    /// Names it.
    pub id: KeyId,
    /// Who stands behind it: what they own stays theirs when the key is replaced.
    pub account: String,
    /// Whose it is, in words.
    pub name: String,
    /// As what it lets in.
    pub role: Role,
    /// For which district.
    pub tenant: Option<String>,
    /// What it may be used for.
    pub scope: Scope,
    /// When it was made.
    #[schema(value_type = String, example = "2026-11-21T08:00:00Z")]
    pub created: Timestamp,
    /// From when on it is of no use.
    #[schema(value_type = Option<String>)]
    pub expires: Option<Timestamp>,
    /// When it was revoked.
    #[schema(value_type = Option<String>)]
    pub revoked: Option<Timestamp>,
}

/// Whether a key opens anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Good,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
}

impl AccessKey {
    /// How the key stands at this instant.
    pub fn standing(&self, now: Timestamp) -> Standing {
        match (self.revoked, self.expires) {
            (Some(_), _) => Standing::Revoked,
            (None, Some(expires)) if expires <= now => Standing::Expired,
            _ => Standing::Good,
        }
    }
}

const COLUMNS: &str = "id, account, name, role, tenant, scope, created, expires, revoked";

impl Store {
    /// Makes a key with an account of its own behind it; its secret is nowhere else.
    ///
    /// # Errors
    /// When the database fails, or the system has no random numbers.
    pub fn new_key(&mut self, new: &NewKey, now: Timestamp) -> Result<(AccessKey, Secret), StoreError> {
        let id = KeyId(format!("K{}", hex(&random::<ID_BYTES>()?)));
        let account = id.0.clone();
        let NewKey { name, role, tenant, scope, expires } = new.clone();
        let key = AccessKey { id, account, name, role, tenant, scope, created: now, expires, revoked: None };
        let secret = Secret(format!("{KEY_PREFIX}{}", hex(&random::<SECRET_BYTES>()?)));
        self.writing(|transaction, _| insert(transaction, &key, &secret))?;
        Ok((key, secret))
    }

    /// Makes a key in another's place: as that one was, with a secret of its own, and
    /// the same account behind it. The former is revoked. `None` when there is none.
    ///
    /// # Errors
    /// As [`Store::new_key`].
    pub fn replace_key(
        &mut self,
        former: &KeyId,
        expires: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<(AccessKey, Secret)>, StoreError> {
        let id = KeyId(format!("K{}", hex(&random::<ID_BYTES>()?)));
        let secret = Secret(format!("{KEY_PREFIX}{}", hex(&random::<SECRET_BYTES>()?)));
        let (made, _) = self.writing(|transaction, _| {
            let Some(former) = revoke(transaction, former, now)? else { return Ok(None) };
            let key = AccessKey { id: id.clone(), created: now, expires, revoked: None, ..former };
            insert(transaction, &key, &secret)?;
            Ok(Some(key))
        })?;
        Ok(made.map(|key| (key, secret)))
    }

    /// All keys, in the order in which they were made.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keys(&self) -> Result<Vec<AccessKey>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM access_key ORDER BY created, id");
        let rows = self.transact(Access::Read, |transaction| transaction.query(&sql, &[]))?;
        rows.into_iter().map(|mut row| key(&mut row)).collect()
    }

    /// The key of a secret, however it stands; `None` when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn key_of(&self, secret: &str) -> Result<Option<AccessKey>, StoreError> {
        let digest = digest(secret);
        let sql = format!("SELECT {COLUMNS}, digest FROM access_key WHERE digest = ?1");
        let text = Value::from(digest.to_hex().as_str());
        let found = self.transact(Access::Read, |transaction| {
            Ok(first(transaction.query(&sql, std::slice::from_ref(&text))?))
        })?;
        let Some(mut row) = found else { return Ok(None) };
        // The database compared as databases do; `Hash` compares in constant time.
        let same = blake3::Hash::from_hex(row.text(9)?).is_ok_and(|kept| kept == digest);
        if same { key(&mut row).map(Some) } else { Ok(None) }
    }

    /// Takes a key back, its sessions too; `None` when there is no such key. One that
    /// was taken back before stays as it was.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revoke_key(&mut self, id: &KeyId, now: Timestamp) -> Result<Option<AccessKey>, StoreError> {
        Ok(self.writing(|transaction, _| revoke(transaction, id, now))?.0)
    }

    /// Whether there is an admin's key that opens, and may be used to write.
    ///
    /// # Errors
    /// When the database fails.
    pub fn has_admin(&self, now: Timestamp) -> Result<bool, StoreError> {
        let is_one = |key: &AccessKey| {
            key.role == Role::Admin && key.scope == Scope::Write && key.standing(now) == Standing::Good
        };
        Ok(self.keys()?.iter().any(is_one))
    }

    /// Begins a session of a key, for so long or as long as the key lasts. Sessions that
    /// are over are cleared away.
    ///
    /// # Errors
    /// When the database fails, or the system has no random numbers.
    pub fn begin_session(
        &mut self,
        key: &AccessKey,
        lasts: SignedDuration,
        now: Timestamp,
    ) -> Result<(Secret, Timestamp), StoreError> {
        let secret = Secret(hex(&random::<SECRET_BYTES>()?));
        let until = now.saturating_add(lasts).unwrap_or(Timestamp::MAX);
        let until = key.expires.map_or(until, |expires| expires.min(until));
        let text = digest(secret.reveal()).to_hex();
        self.writing(|transaction, _| {
            transaction.execute("DELETE FROM session WHERE expires <= ?1", &[now.as_second().into()])?;
            transaction.execute(
                "INSERT INTO session (digest, access_key, expires) VALUES (?1, ?2, ?3)",
                &[Value::from(text.as_str()), Value::from(&key.id.0), until.as_second().into()],
            )?;
            note(transaction, &Record::of(Deed::SignIn, [key.id.0.clone()]).by(&key.id, key.role))
        })?;
        Ok((secret, until))
    }

    /// The key whose session this is, if it is not over; the key may have come to its
    /// end meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub fn session(&self, secret: &str, now: Timestamp) -> Result<Option<AccessKey>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM access_key WHERE id = \
             (SELECT access_key FROM session WHERE digest = ?1 AND expires > ?2)"
        );
        let parameters = [Value::from(digest(secret).to_hex().as_str()), now.as_second().into()];
        let found =
            self.transact(Access::Read, |transaction| Ok(first(transaction.query(&sql, &parameters)?)))?;
        found.map(|mut row| key(&mut row)).transpose()
    }

    /// Ends a session; whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_session(&mut self, secret: &str) -> Result<bool, StoreError> {
        let text = digest(secret).to_hex();
        let (ended, _) = self.writing(|transaction, _| {
            let sql = "DELETE FROM session WHERE digest = ?1 RETURNING access_key";
            let Some(mut row) = first(transaction.query(sql, &[Value::from(text.as_str())])?) else {
                return Ok(false);
            };
            note(transaction, &Record::of(Deed::SignOut, [row.text(0)?]))?;
            Ok(true)
        })?;
        Ok(ended)
    }
}

fn insert(transaction: &mut dyn Transaction, key: &AccessKey, secret: &Secret) -> Result<(), StoreError> {
    let optional = |text: &Option<String>| text.as_ref().map_or(Value::Null, Value::from);
    let instant = |at: Option<Timestamp>| at.map_or(Value::Null, |at| at.as_second().into());
    transaction.execute(
        &format!(
            "INSERT INTO access_key ({COLUMNS}, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
        ),
        &[
            Value::from(&key.id.0),
            Value::from(&key.account),
            Value::from(&key.name),
            key.role.as_str().into(),
            optional(&key.tenant),
            key.scope.as_str().into(),
            key.created.as_second().into(),
            instant(key.expires),
            instant(key.revoked),
            Value::from(digest(secret.reveal()).to_hex().as_str()),
        ],
    )?;
    note(transaction, &Record::of(Deed::KeyMade, [key.id.0.clone()]))
}

fn revoke(
    transaction: &mut dyn Transaction,
    id: &KeyId,
    now: Timestamp,
) -> Result<Option<AccessKey>, StoreError> {
    let sql = "UPDATE access_key SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL";
    let changed = transaction.execute(sql, &[Value::from(&id.0), now.as_second().into()])?;
    transaction.execute("DELETE FROM session WHERE access_key = ?1", &[Value::from(&id.0)])?;
    if changed > 0 {
        note(transaction, &Record::of(Deed::KeyRevoked, [id.0.clone()]))?;
    }
    let sql = format!("SELECT {COLUMNS} FROM access_key WHERE id = ?1");
    first(transaction.query(&sql, &[Value::from(&id.0)])?).map(|mut row| key(&mut row)).transpose()
}

fn key(row: &mut Row) -> Result<AccessKey, StoreError> {
    let wrong = |column, wanted| StoreError::Column { column, wanted, got: "text" };
    Ok(AccessKey {
        id: KeyId(row.text(0)?),
        account: row.text(1)?,
        name: row.text(2)?,
        role: row.text(3)?.parse().map_err(|_| wrong(3, "role"))?,
        tenant: row.optional_text(4)?,
        scope: row.text(5)?.parse().map_err(|_| wrong(5, "scope"))?,
        created: instant(row.integer(6)?, 6)?,
        expires: row.optional_integer(7)?.map(|at| instant(at, 7)).transpose()?,
        revoked: row.optional_integer(8)?.map(|at| instant(at, 8)).transpose()?,
    })
}

/// An instant from the seconds that stood in a column.
pub(super) fn instant(seconds: i64, column: usize) -> Result<Timestamp, StoreError> {
    Timestamp::from_second(seconds).map_err(|_| StoreError::Column {
        column,
        wanted: "seconds since 1970",
        got: "integer",
    })
}

fn digest(secret: &str) -> blake3::Hash {
    blake3::Hash::from_bytes(blake3::derive_key(CONTEXT, secret.as_bytes()))
}

pub(super) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|cause| StoreError::NoRandom { cause: cause.to_string() })?;
    Ok(bytes)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
