FROM python:3.12-slim
WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY src src
ENV PYTHONPATH=/app/src CASEWORK_DATA_DIR=/data
VOLUME /data
ENTRYPOINT ["python", "-m", "cli.main"]
