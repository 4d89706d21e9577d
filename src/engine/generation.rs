//! A model, and a ranking made with it: what is swapped as one.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::{Listing, ListingId, Score, Side};
use crate::embed::{EmbedError, Embedder, ModelInfo, Role, VectorCache, embed_roles};
use crate::index::{Draft, Probe, Spread};
use crate::rank::{Hit, Mix, Ranker, Ranking, Settings, Weights};
use crate::store::{ChangeNumber, Newest};

use super::demo::Demo;
use super::market::MarketError;
use super::rerank::Reranking;
use super::spread::measure_spread;

/// An open model with what is known of it: how its cosines lie, how to weigh them.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) embedder: Embedder,
    pub(super) spread: Spread,
    pub(super) weights: Weights,
}

impl Model {
    pub(super) fn new(
        embedder: Embedder,
        weights: Weights,
        cache: &VectorCache,
        demo: &Demo,
    ) -> Result<Model, EmbedError> {
        let spread = measure_spread(&embedder, cache, demo)?;
        Ok(Model { embedder, spread, weights })
    }
}

/// Everything that answers come from at one instant: one model, one snapshot made
/// with it, its weights, and the reranker where there is one. An answer that uses
/// one generation from beginning to end never mixes models.
#[derive(Debug, Clone)]
pub struct Generation {
    pub(super) model: Arc<Model>,
    pub(super) cache: Arc<VectorCache>,
    pub(super) ranker: Arc<Ranker>,
    pub(super) newest: Newest,
    pub(super) reranking: Option<Arc<Reranking>>,
    pub(super) took: Duration,
}

impl Generation {
    /// The fused ranking, without the reranker.
    pub fn ranker(&self) -> &Arc<Ranker> {
        &self.ranker
    }

    /// The newest change that the lists hold; those of events, which are read from the
    /// store when they are asked for, are counted too.
    pub fn change(&self) -> ChangeNumber {
        self.newest.change
    }

    /// The newest change of a listing among them.
    pub fn listing_change(&self) -> ChangeNumber {
        self.newest.listing
    }

    /// The model that the vectors were made with.
    pub fn model(&self) -> &ModelInfo {
        self.model.embedder.info()
    }

    /// What embedding and indexing its lists took.
    pub fn took(&self) -> Duration {
        self.took
    }

    /// The reranker's name, where there is one.
    pub fn reranker(&self) -> Option<&str> {
        self.reranking.as_ref().map(|reranking| reranking.name())
    }

    /// A listing from outside the lists, ready to be ranked by this generation.
    ///
    /// # Errors
    /// When the model cannot embed it.
    pub fn probe(&self, listing: Listing) -> Result<Probe, MarketError> {
        let role = role_of(listing.side);
        self.probe_as(role, listing)
    }

    /// The words of a search box, as the title of a listing.
    ///
    /// # Errors
    /// When the model cannot embed them.
    pub fn probe_words(&self, listing: Listing) -> Result<Probe, MarketError> {
        self.probe_as(Role::Words, listing)
    }

    fn probe_as(&self, role: Role, listing: Listing) -> Result<Probe, MarketError> {
        let draft = Draft::analyze(vec![Arc::new(listing)]);
        let passages = draft.passages();
        let (vectors, _) = embed_roles(&self.model.embedder, &self.cache, &[(role, &passages)], &|_, _| {
            ControlFlow::Continue(())
        })?;
        Ok(Probe::new(draft, vectors, self.ranker.snapshot())?)
    }

    /// [`Ranker::rank`], reranked where there is a reranker.
    ///
    /// # Errors
    /// When the reranker fails.
    pub fn rank(
        &self,
        side: Side,
        id: &ListingId,
        settings: &Settings,
    ) -> Result<Option<Ranking>, MarketError> {
        let Some(reranking) = self.reranking_for(settings.mix) else {
            return Ok(self.ranker.rank(side, id, settings));
        };
        let index = self.ranker.snapshot().side(side);
        match (index.row(id), self.ranker.rank(side, id, &Reranking::widened(settings))) {
            (Some(row), Some(wide)) => {
                Ok(Some(reranking.rerank(wide, side, index.listing(row), &self.ranker, settings)?))
            }
            _ => Ok(None),
        }
    }

    /// [`Ranker::rank_all`], reranked where there is a reranker; `progress` is told
    /// after each listing.
    ///
    /// # Errors
    /// When the reranker fails.
    pub fn rank_all(
        &self,
        side: Side,
        settings: &Settings,
        progress: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Ranking>, MarketError> {
        let Some(reranking) = self.reranking_for(settings.mix) else {
            return Ok(self.ranker.rank_all(side, settings, progress));
        };
        let index = self.ranker.snapshot().side(side);
        let mut done = Vec::new();
        for wide in self.ranker.rank_all(side, &Reranking::widened(settings), &|| true) {
            let Some(row) = index.row(&wide.id).filter(|_| progress()) else { break };
            done.push(reranking.rerank(wide, side, index.listing(row), &self.ranker, settings)?);
        }
        Ok(done)
    }

    /// The rankings of one side, or of both, which are then made in one pass over all pairs.
    /// `progress` is told after each listing; when it answers `false`, both are left out whole.
    ///
    /// # Errors
    /// When the reranker fails.
    pub fn rank_sides(
        &self,
        side: Option<Side>,
        settings: &Settings,
        progress: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<(Side, Vec<Ranking>)>, MarketError> {
        if side.is_none() && self.reranking_for(settings.mix).is_none() {
            let both = self.ranker.rank_both(settings, progress).unwrap_or_default();
            return Ok([Side::Requirement, Side::Capability].into_iter().zip(both).collect());
        }
        let sides = Side::ALL.iter().copied().filter(|&one| side.is_none_or(|side| side == one));
        sides.map(|side| Ok((side, self.rank_all(side, settings, progress)?))).collect()
    }

    /// [`Ranker::rank_probe`], reranked where there is a reranker.
    ///
    /// # Errors
    /// When the reranker fails.
    pub fn rank_probe(&self, side: Side, probe: &Probe, settings: &Settings) -> Result<Ranking, MarketError> {
        let Some(reranking) = self.reranking_for(settings.mix) else {
            return Ok(self.ranker.rank_probe(side, probe, settings));
        };
        let wide = self.ranker.rank_probe(side, probe, &Reranking::widened(settings));
        Ok(reranking.rerank(wide, side, probe.listing(), &self.ranker, settings)?)
    }

    /// [`Ranker::search`], reranked where there is a reranker.
    ///
    /// # Errors
    /// When the reranker fails.
    pub fn search(&self, side: Side, probe: &Probe, settings: &Settings) -> Result<Vec<Hit>, MarketError> {
        let Some(reranking) = self.reranking_for(settings.mix) else {
            return Ok(self.ranker.search(side, probe, settings));
        };
        let wide = self.ranker.search(side, probe, &Reranking::widened(settings));
        Ok(reranking.rerank_found(wide, side, probe.listing(), &self.ranker, settings)?)
    }

    /// The score of one pair, the reranker's part included where there is one;
    /// `None` when either listing is unknown.
    ///
    /// # Errors
    /// When the reranker fails.
    pub fn score(
        &self,
        requirement: &ListingId,
        capability: &ListingId,
    ) -> Result<Option<Score>, MarketError> {
        let Some(explained) = self.ranker.explain(requirement, capability, Mix::Hybrid) else {
            return Ok(None);
        };
        let listing = |side: Side, id| {
            let index = self.ranker.snapshot().side(side);
            index.row(id).map(|row| index.listing(row))
        };
        let pair = (listing(Side::Requirement, requirement), listing(Side::Capability, capability));
        match (&self.reranking, pair) {
            (Some(reranking), (Some(asks), Some(offers))) => {
                Ok(Some(reranking.rescore(explained.score, asks, offers, self.ranker.weights())?))
            }
            _ => Ok(Some(explained.score)),
        }
    }

    /// Words alone and meaning alone are there to be compared: nothing is added to them.
    fn reranking_for(&self, mix: Mix) -> Option<&Reranking> {
        self.reranking.as_deref().filter(|_| mix == Mix::Hybrid)
    }
}

/// A requirement asks, a capability answers, whichever is looked for.
pub(super) fn role_of(side: Side) -> Role {
    match side {
        Side::Requirement => Role::Question,
        Side::Capability => Role::Answer,
    }
}
