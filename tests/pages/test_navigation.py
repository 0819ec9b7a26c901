"""The frame of every page: which release serves, the sidebar, and no page when nothing serves."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pages.components.text import plain
from recommender.releases import Registry, ReleaseDraft, write
from recommender.releases.aliases import Aliases
from recommender.releases.aliases import write as write_aliases
from recommender.serving import opened
from tests.pages.visits import ASKED, OWN, PICKS, Visit
from tests.releases import anime
from tests.releases.helpers import another, atlas, catalogue, draft, item_ids, model, survey


def serve(models: Path, *drafts: ReleaseDraft) -> None:
    """Lets releases of several domains serve."""
    for made in drafts:
        Registry(models).promote(made.domain, write(made, models).name)


def test_the_pages_are_recommend_and_about():
    visit = Visit()
    assert visit.app.title[0].value == "Seen any of these?"
    assert visit.go_to("about.py").app.title[0].value == "About Tastemap"
    assert visit.go_to("recommend.py").app.title[0].value == "Seen any of these?"


def test_nothing_of_one_visitor_appears_with_another(famous):
    one, other = Visit(), Visit()
    one.send(ASKED, ("rate", famous[0], 5.0))
    other.send(ASKED, ("rate", famous[1], 1.0))
    one.send(ASKED, ("skip", famous[2], None))
    assert one.run().ratings() == {famous[0]: 5.0}
    assert other.run().ratings() == {famous[1]: 1.0}
    assert "skipped" not in other.address
    third = Visit()
    assert (third.address, third.cards(OWN)) == ({}, [])


def test_the_sidebar_offers_all_models_and_says_what_each_does(served, famous):
    ratings = {famous[0]: 5.0, famous[1]: 2.0}
    visit = Visit(ratings="_".join(f"{item_id}-{rating:g}" for item_id, rating in ratings.items()))
    (choice,) = visit.unfold_models().app.sidebar.radio
    assert choice.label == "Model"
    assert choice.options[0] == f"{served.ranker} (recommended)"
    assert set(choice.options[1:]) == set(served.models) - {served.ranker}
    names = [served.ranker, *choice.options[1:]]
    reports = served.evaluation["few_ratings"]
    quality = [reports[name]["mean"]["ndcg@10"]["value"] for name in names]
    assert quality == sorted(quality, reverse=True)
    recipes = served.manifest["models"]
    assert list(choice.proto.captions) == [plain(recipes[name]["summary"]) for name in names]
    for name in served.models:
        visit.choose_model(name)
        assert visit.address.get("model", served.ranker) == name
        best = served.fold_in(ratings, name).recommend(8)
        assert visit.ids(PICKS) == best["item_id"].tolist()


def test_a_chosen_model_stays_when_ratings_are_taken_back(famous):
    visit = Visit(ratings=f"{famous[0]}-4").send(ASKED, ("rate", famous[1], 2.0))
    visit.choose_model("bias").press("Undo")
    assert visit.address == {"domain": "movies", "model": "bias", "ratings": f"{famous[0]}-4"}


def test_without_a_release_a_sentence_says_what_to_do(models):
    visit = Visit()
    (error,) = visit.errors()
    assert "make train" in error
    assert not visit.app.title
    assert not visit.app.sidebar.radio


def test_a_models_folder_that_is_not_there_is_named(models):
    models.rmdir()
    (error,) = Visit().errors()
    assert str(models) in error
    assert "TASTEMAP_MODELS" in error


def test_when_no_release_opens_the_reason_is_said_until_one_does(models):
    folder = write(another(2), models)
    write_aliases(models / "movies", Aliases(folder.name, None))
    data = (folder / "house.safetensors").read_bytes()
    (folder / "house.safetensors").write_bytes(data[:-1])
    visit = Visit()
    (error,) = visit.errors()
    assert folder.name in error
    assert "cut off" in error
    (folder / "house.safetensors").write_bytes(data)
    assert visit.run().errors() == []
    assert visit.app.title[0].value == "Seen any of these?"


def test_a_release_that_stands_in_is_said_on_the_page_as_long_as_it_does(models):
    good, bad = write(another(3), models), write(another(4), models)
    write_aliases(models / "movies", Aliases(bad.name, good.name))
    (bad / "atlas.parquet").unlink()
    visit = Visit(ratings="1-4")
    (warning,) = visit.warnings()
    assert bad.name in warning
    assert f"{good.name} serves instead" in warning
    assert visit.send(ASKED, ("rate", 4, 2.0)).warnings() == [warning]
    assert visit.ratings() == {4: 2.0, 1: 4.0}


def test_a_release_promoted_during_a_visit_serves_from_the_next_act_on(models):
    registry = Registry(models)
    registry.promote("movies", write(another(5), models).name)
    first, second, *_, last = item_ids().tolist()
    visit = Visit(ratings=f"{first}-4_{last}-2", model="plain")
    fewer = {"catalogue": catalogue(12), "atlas": atlas(12), "survey": survey("house", 12)}
    recipes = {"house": draft().recipes["house"]}
    smaller = draft(seed=6, recipes=recipes, models={"house": model(n_items=12)}, **fewer)
    registry.promote("movies", write(smaller, models).name)
    visit.send(ASKED, ("rate", second, 5.0))
    # The title and the model that it lacks are gone, and that is said; the rest goes on.
    assert visit.ratings() == {second: 5.0, first: 4.0}
    assert visit.address == {"domain": "movies", "ratings": f"{first}-4_{second}-5"}
    (warning,) = visit.warnings()
    assert str(last) in warning
    assert "house" in warning
    assert visit.send(ASKED, ("rate", second, 1.0)).warnings() == []
    assert visit.press("Undo").ratings() == {second: 5.0, first: 4.0}


def test_each_domain_has_ratings_of_its_own(models):
    serve(models, draft(seed=7), anime.draft())
    one, two = item_ids()[:2].tolist()
    visit = Visit(ratings=f"{one}-4_{two}-99")
    (choice,) = visit.app.button_group
    assert (choice.options, choice.value) == (["Movies", "Anime"], "movies")
    assert visit.address["domain"] == "movies"
    visit.choose_domain("anime")
    assert (visit.address, visit.ratings()) == ({"domain": "anime"}, {})
    assert visit.warnings() == []  # what the link said of movies
    visit.send(ASKED, ("rate", two, 9.0))
    assert visit.address == {"domain": "anime", "ratings": f"{two}-9"}
    assert visit.go_to("about.py").choose_domain("movies").address == {
        "domain": "movies",
        "ratings": f"{one}-4",
    }
    assert visit.go_to("recommend.py").ratings() == {one: 4.0}
    assert visit.choose_domain("anime").ratings() == {two: 9.0}
    assert Visit(domain="anime", ratings=f"{two}-9").ratings() == {two: 9.0}


def test_a_single_domain_is_no_choice(models):
    serve(models, draft(seed=10))
    assert not Visit().app.button_group


def test_a_link_to_about_that_is_mangled_is_told_there(models):
    serve(models, draft(seed=11), anime.draft())
    visit = Visit(ratings="1-99").go_to("about.py")
    assert len(visit.warnings()) == 1


def test_visitors_who_come_together_open_a_release_once(models):
    Registry(models).promote("movies", write(another(8), models).name)
    with ThreadPoolExecutor(8) as visitors:
        found = list(visitors.map(opened.release, ["movies"] * 8))
    assert all(release is found[0] for release in found)


def test_the_warm_up_says_what_does_not_open_and_lets_the_server_live(models, caplog):
    folder = write(another(9), models)
    (folder / "release.json").write_text("{")
    opened.warm_up()
    (warning,) = caplog.records
    assert folder.name in warning.fields["reason"]


def test_a_tap_that_arrives_when_its_card_has_left_the_page_breaks_nothing(models):
    serve(models, draft(seed=12), anime.draft())
    visit = Visit()
    visit.send_late(ASKED, ("rate", visit.ids(ASKED)[0], 4.0), "anime")
    assert visit.address == {"domain": "anime"}
    assert visit.ratings() == {}


def test_a_champion_that_is_mended_serves_again_without_a_restart(models):
    serve(models, draft(), draft(seed=1))
    champion = Registry(models).aliases("movies").champion
    file = models / "movies" / champion / "house.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    assert champion in Visit().warnings()[0]
    assert opened.release("movies") is opened.release("movies")

    file.write_bytes(whole)

    assert Visit().warnings() == []
    assert opened.release("movies").id == champion
    # What is open and well is not looked at again.
    file.write_bytes(whole[:-1])
    assert opened.release("movies").id == champion


def test_a_release_that_was_made_ready_is_the_one_that_serves(models):
    serve(models, draft())
    Visit()
    new = write(draft(seed=1), models).name
    opened.prepare("movies", new)
    assert opened.release("movies").id != new
    ready = opened._opened["movies", new].served

    Registry(models).promote("movies", new)

    assert opened.release("movies") is ready
