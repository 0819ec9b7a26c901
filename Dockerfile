# The app as a Docker Space: the bundled releases are baked in, nothing is fetched at start.
FROM python:3.11-slim

RUN useradd --create-home --uid 1000 user
USER user
ENV HOME=/home/user PATH=/home/user/.local/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /home/user/app

COPY --chown=user requirements.txt .
RUN pip install --user --no-cache-dir --requirement requirements.txt

COPY --chown=user . .
# A volume that is mounted here then belongs to the user, too.
RUN mkdir -p /home/user/.local/state/tastemap

EXPOSE 7860
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://localhost:7860/api/health', timeout=5)"]
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.port=7860"]
